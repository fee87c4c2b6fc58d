#pragma once

#include <string_view>

#include "api/http_names.hpp"
#include "base/error.hpp"
#include "http/exchange.hpp"

/// Failures of reads from the engine as problems.
namespace weir::api {

/// Why a read from the engine failed: 503 while a view is being built, 500 damaged-data, otherwise internal. The
/// diagnostic log explains all but the first.
[[nodiscard]] problem explain_read(exchange& x, const error& why);

/// 500 that names only the trace; logs the reason under it.
[[nodiscard]] problem internal_problem(exchange& x, std::string_view reason);

}  // namespace weir::api
