#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http_names.hpp"
#include "base/numbers.hpp"
#include "http/exchange.hpp"
#include "http/representation.hpp"

/// What all reads over HTTP have in common.
namespace weir::api {

/// Answers 200 with a body; or 304, if the client has what that tag stands for already. `tag`: without quotes.
void respond_with_body(exchange& x, representation as, std::string body, position reflects,
                       const std::optional<std::string>& tag);

/// Answers with a problem that holds for what was read.
void respond_with_problem(exchange& x, problem why, position reflects);

}  // namespace weir::api
