#pragma once

#include <string>

#include "api/http_names.hpp"
#include "http/router.hpp"

namespace weir::api {

/// GET /openapi.json, GET /docs and the files of that page. `contract`: the OpenAPI document.
void add_docs(router& to, std::string contract);

}  // namespace weir::api
