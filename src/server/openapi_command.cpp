#include "server/openapi_command.hpp"

#include <memory>
#include <ostream>
#include <vector>

#include "openapi/openapi.hpp"
#include "server/domains.hpp"
#include "server/version.hpp"

namespace weir {

std::string openapi_document() {
  std::vector<std::shared_ptr<const schema::idl>> declared;
  for (const domain& each : all_domains()) declared.push_back(each.idl);
  return openapi::document(declared, {std::string(version_text)});
}

bool print_openapi(std::ostream& to) {
  to << openapi_document() << std::flush;
  return to.good();
}

}  // namespace weir
