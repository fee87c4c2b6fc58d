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

/// Answers 200 with a body; or 304, if the client has this representation of this state already. `state`: which state
/// of the resource is shown, as its entity tag names it; nothing if it has none.
void respond_with_body(exchange& x, representation as, std::string body, position reflects,
                       const std::optional<std::string>& state);

/// Answers with a problem that holds for what was read.
void respond_with_problem(exchange& x, problem why, position reflects);

}  // namespace weir::api
