#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.hpp"

namespace weir::openapi {

struct options {
  std::string version;  ///< of Weir: the document's own version
};

/// The HTTP contract as an OpenAPI 3.1 document: what the domains' IDL declares, and Weir's own endpoints.
///
/// JSON, pretty-printed, the same text for the same input. Add a new endpoint of Weir to the file of its kind
/// (streams.cpp, operating.cpp); the rest is generated from the IDL. Throws std::logic_error if two operations share a
/// path and a method.
[[nodiscard]] std::string document(const std::vector<std::shared_ptr<const schema::idl>>& domains,
                                   const options& about);

}  // namespace weir::openapi
