#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace weir::auth {

/// Reads JSON (RFC 8259) as no two readers can understand it differently: an object has each member once, and nothing
/// is nested deeper than 32.
/// Error errc::invalid: what is wrong, with line and column where they are known.
[[nodiscard]] result<nlohmann::json> read_strict_json(std::string_view text);

}  // namespace weir::auth
