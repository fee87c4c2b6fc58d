#pragma once

#include <optional>
#include <string>

#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

/// What the header fields of a request say about its commands. All throw problem_raised (400) for what they cannot
/// mean.
namespace weir::api {

/// Idempotency-Key; nothing if there is none.
[[nodiscard]] std::optional<std::string> read_key(const request& asked);

/// Where the commands come from, for the metadata of their events.
[[nodiscard]] origin origin_of(exchange& x);

/// If-Match and If-None-Match as what the engine checks when the command's turn comes. Throws problem_raised (412) too,
/// where no state of the stream could be the one that is asked for.
[[nodiscard]] expectation read_expectation(exchange& x, const engine& over, const std::string& stream);

/// For several commands at once, which no condition on one stream goes with.
void refuse_conditions(const request& asked);

/// Whether the client wants to be given the events too.
[[nodiscard]] bool wants_events(const request& asked);

}  // namespace weir::api
