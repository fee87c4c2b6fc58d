#include "server/openapi_command.hpp"

#include <memory>
#include <ostream>
#include <vector>

#include "openapi/openapi.hpp"
#include "server/version.hpp"

namespace weir {

std::string openapi_document(const catalog& domains) {
  std::vector<std::shared_ptr<const schema::idl>> declared;
  for (const domain& each : domains.domains()) declared.push_back(each.idl);
  return openapi::document(declared, {std::string(version_text)});
}

bool print_openapi(const catalog& domains, std::ostream& to) {
  to << openapi_document(domains) << std::flush;
  return to.good();
}

}  // namespace weir
