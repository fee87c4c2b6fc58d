#pragma once

#include <iosfwd>
#include <string>

namespace weir {

/// The HTTP contract of all domains of this program, as an OpenAPI document.
[[nodiscard]] std::string openapi_document();

/// Prints it; whether that went well.
[[nodiscard]] bool print_openapi(std::ostream& to);

}  // namespace weir
