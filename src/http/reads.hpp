#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/numbers.hpp"
#include "http/exchange.hpp"

/// What all reads over HTTP have in common.
namespace weir::http {

/// Throws problem_raised (406) if the client does not take application/json.
void require_json_accepted(const request& asked);

/// Answers 200 with JSON; or 304, if the client has the representation of that tag already. `tag`: without quotes.
void respond_with_json(exchange& x, std::string json, position reflects, const std::optional<std::string>& tag);

/// Answers with a problem that holds for what was read.
void respond_with_problem(exchange& x, problem why, position reflects);

}  // namespace weir::http
