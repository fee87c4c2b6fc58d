#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/catalog.hpp"

namespace weir::rpc {

/// A method of a domain's service.
struct served_method {
  const weir::domain* of;
  std::size_t index;  ///< of all methods of all services
  std::string name;   ///< with the service's: UsersService.getUser
  const schema::method* declared;
  const query_type* query = nullptr;       ///< null: it carries out a command
  const schema::field* command = nullptr;  ///< the member of Command whose struct it takes; null: it takes the union
  bool authenticates = false;              ///< it is AccessService.authenticate, which belongs to no domain
  bool takes_options = false;              ///< whether argument 2 of a command is weir.ExecuteOptions
  schema::structure arguments;             ///< as one struct, of which the first field has to be set
  schema::structure result;                ///< as one struct: field 0 is the answer, the others what may be thrown

  /// The field of the result for an exception; null if the method does not declare it.
  [[nodiscard]] const schema::field* field_for(const schema::structure& exception) const;
  /// The field of the result for weir.Problem; null if the method does not declare it.
  [[nodiscard]] const schema::field* field_for_problem() const;
};

/// Finds the method that a message names. Immutable.
///
/// Served methods: a domain's queries, and methods that take a Command, or the struct of one command, and return
/// weir.CommandResult; and `authenticate` of Weir's own AccessService (idl/weir/access.thrift). The name of a method
/// without a service's means the first domain's, or AccessService's if that has no such method.
///
/// Lifetime:  the catalog outlives it.
class services {
 public:
  explicit services(const catalog& domains);

  /// `UsersService:getUser` as TMultiplexedProtocol writes it, or `getUser`, which means the first domain. If there is
  /// no such method, a sentence that says so.
  [[nodiscard]] std::variant<const served_method*, std::string> find(std::string_view name) const;

  [[nodiscard]] const std::vector<std::unique_ptr<served_method>>& methods() const { return methods_; }

 private:
  using methods_by_name = std::map<std::string_view, const served_method*>;

  void add_methods(const weir::domain& of);
  void add_authenticate(const weir::domain& with);

  std::vector<std::unique_ptr<served_method>> methods_;
  std::map<std::string_view, methods_by_name> services_;
  std::string_view first_;  ///< the service that an unqualified name means
};

}  // namespace weir::rpc
