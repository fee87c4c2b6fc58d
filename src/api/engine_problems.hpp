#pragma once

#include <string_view>

#include "api/http_names.hpp"
#include "base/error.hpp"
#include "http/exchange.hpp"

/// What reads from the engine fail with, as problems.
namespace weir::api {

/// What reading from the engine failed with: what is being built is there later; stored data may be damaged; the rest is
/// internal. The diagnostic log explains all but the first.
[[nodiscard]] problem explain_read(exchange& x, const error& why);

/// 500 that says nothing but where the diagnostic log explains it, which this sees to.
[[nodiscard]] problem internal_problem(exchange& x, std::string_view reason);

}  // namespace weir::api
