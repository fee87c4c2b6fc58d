#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http_names.hpp"
#include "base/numbers.hpp"
#include "http/exchange.hpp"
#include "http/representation.hpp"

/// Functions that all reads over HTTP share.
namespace weir::api {

/// Answers 200 with a body, or 304 if the client has this representation of this state already. `state`: the state of
/// the resource, as in its entity tag; nothing if it has none.
void respond_with_body(exchange& x, representation as, std::string body, position reflects,
                       const std::optional<std::string>& state);

/// Answers with a problem, as of the position that was read.
void respond_with_problem(exchange& x, problem why, position reflects);

}  // namespace weir::api
