#pragma once

#include <optional>
#include <string>

#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

/// The header fields of a request that concern its commands. All throw problem_raised (400) for invalid values.
namespace weir::api {

/// Idempotency-Key; nothing if there is none.
[[nodiscard]] std::optional<std::string> read_key(const request& asked);

/// Where the commands come from, for the metadata of their events.
[[nodiscard]] origin origin_of(exchange& x);

/// If-Match and If-None-Match as the expectation that the engine checks. Also throws problem_raised (412) if no state
/// of the stream can match.
[[nodiscard]] expectation read_expectation(exchange& x, const engine& over, const std::string& stream);

/// For several commands at once: throws if there is a condition, since it can hold for one stream only.
void refuse_conditions(const request& asked);

/// Whether the client wants the events in the answer.
[[nodiscard]] bool wants_events(const request& asked);

}  // namespace weir::api
