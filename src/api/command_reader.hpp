#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_names.hpp"
#include "api/location.hpp"
#include "domain/catalog.hpp"
#include "http/problem.hpp"
#include "http/representation.hpp"

namespace weir::api {

/// Reads request bodies as commands of any domain.
///
/// Errors:       problem_raised, with all faults of the body.
/// Concurrency:  any thread.
/// Lifetime:     the catalog outlives it.
class command_reader {
 public:
  explicit command_reader(const catalog& domains);

  struct known {
    const command_type* type;
    const domain* of;
    location where;
  };

  /// A received command.
  struct incoming {
    const known* what;
    std::string compact;
  };

  /// A body that is a union Command.
  [[nodiscard]] incoming read(const request& asked, std::string_view body, representation in) const;
  /// JSON of a union Command.
  [[nodiscard]] incoming read_json(std::string_view json) const;
  /// JSON of an array of unions Command, of any domains: one at least, and limits::group_commands_max at most.
  [[nodiscard]] std::vector<incoming> read_json_array(std::string_view json) const;
  /// A body that is the struct of the command with this name.
  [[nodiscard]] incoming read_named(std::string_view name, std::string_view body, representation in) const;
  /// Whether there is a command with this name: otherwise 404.
  void check_name(std::string_view name) const;

 private:
  [[nodiscard]] std::string decode(std::string_view body, representation in, const schema::structure& shape) const;
  [[nodiscard]] incoming member_of(std::string_view compact, const schema::structure& shape) const;
  [[nodiscard]] problem explain_invalid(const codec::invalid& faults) const;
  [[nodiscard]] const domain& domain_of_parameter(const request& asked) const;

  const catalog& domains_;
  std::map<std::string_view, known> known_;
  std::vector<std::string_view> names_;
  schema::structure any_;  ///< one union of the commands of all domains: in JSON the member's name selects the command
};

}  // namespace weir::api
