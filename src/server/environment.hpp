#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/error.hpp"

namespace weir {

/// The variables `WEIR_...` of the process's environment, by which options are set. An empty one counts as not set.
///
/// CLI11 could read them itself, but its versions do so differently: some silently drop a value that fails a check,
/// others a list of several values. So CLI11 only shows the names in its help.
class environment {
 public:
  /// Removes them from the process's environment, so that CLI11 finds none. To be called before the first thread.
  static environment take();

  /// nullptr if it is not set.
  [[nodiscard]] const std::string* find(const std::string& variable) const;

  /// Makes options of the command that have a variable set optional on the command line. To be called before parsing.
  void announce_to(CLI::App& command) const;

  /// Sets the options of a parsed command that neither the command line nor a file has set. Error errc::invalid for a
  /// value that an option does not accept: it names the variable.
  [[nodiscard]] result<> set_options_of(CLI::App& command) const;

  /// A sentence for each variable that no option of the program or of its commands has, with a similar name if there is
  /// one.
  [[nodiscard]] std::vector<std::string> unknown_to(CLI::App& program) const;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace weir
