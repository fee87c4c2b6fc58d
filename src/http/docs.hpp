#pragma once

#include <string>

#include "http/router.hpp"

namespace weir::http {

/// GET /openapi.json, GET /docs and the files of that page. `contract`: the OpenAPI document.
void add_docs(router& to, std::string contract);

}  // namespace weir::http
