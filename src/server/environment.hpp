#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/error.hpp"

namespace weir {

/// The variables `WEIR_...` of the process's environment, by which options are set. An empty one counts as not set.
///
/// CLI11 could read them itself, but its versions do so differently: some drop a value that fails a check, others a
/// list of several values, and both in silence. So it only shows the names in its help.
class environment {
 public:
  /// Takes them out of the process's environment: CLI11 finds none. Before the first thread.
  static environment take();

  /// nullptr if it is not set.
  [[nodiscard]] const std::string* find(const std::string& variable) const;

  /// Options of the command that have a variable set need not be on the command line. Before it is parsed.
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
