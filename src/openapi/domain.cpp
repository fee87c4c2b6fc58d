#include "openapi/domain.hpp"

namespace weir::openapi {

std::vector<domain> named(const std::vector<std::shared_ptr<const schema::idl>>& domains) {
  std::vector<domain> all;
  for (const auto& each : domains) {
    const schema::structure* any = each->commands() ? each->commands() : each->events();
    if (!any && !each->structures().empty()) any = each->structures().front().get();
    const std::string scope = any ? any->scope : "";
    all.push_back({scope.substr(scope.rfind('.') + 1), each.get()});  // npos + 1 is 0
  }
  return all;
}

bool is_weirs_own(const schema::structure& shape) { return shape.scope == "weir"; }

}  // namespace weir::openapi
