#pragma once

#include <iosfwd>
#include <string>

#include "domain/catalog.hpp"

namespace weir {

/// The HTTP contract of these domains, as an OpenAPI document.
[[nodiscard]] std::string openapi_document(const catalog& domains);

/// Prints it; whether that went well.
[[nodiscard]] bool print_openapi(const catalog& domains, std::ostream& to);

}  // namespace weir
