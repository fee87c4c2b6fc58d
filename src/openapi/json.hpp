#pragma once

#include <nlohmann/json.hpp>

namespace weir::openapi {

/// Members stay in the order in which they were added, so that the document reads as it was written.
using json = nlohmann::ordered_json;

}  // namespace weir::openapi
