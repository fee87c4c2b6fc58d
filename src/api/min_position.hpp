#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "api/http_names.hpp"
#include "api/positions.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

/// Weir-Min-Position: a read is answered only from a state at or after a position, so that a client can read its own
/// writes.
namespace weir::api {

/// Answers a read from a state at or after a position; false, without an answer, if the state has not reached it.
using read = std::function<bool(exchange& x, position at_least)>;

/// Adds a GET that supports Weir-Min-Position. Without that field it never waits. 400 if the field is not a position; 410
/// if it has the mark of another history.
void add_read(router& to, engine& over, std::string_view pattern, auth::requirement needs, read answer);

/// The position in Weir-Min-Position; nothing without it. Throws problem_raised (400) if it is not a position.
[[nodiscard]] std::optional<given_position> given_min_position(const request& asked);

/// Tries until the read is answered, for as long as `Prefer: wait` says, or limits::min_position_wait. Throws
/// problem_raised (503) after that.
[[nodiscard]] task<> answer_when_reached(exchange& x, engine& over, position at_least, read answer);

/// Waits until it makes sense to try again. Throws problem_raised (503) at `until`, if the server stops, or if the
/// client has ended.
[[nodiscard]] task<> wait_for_more(exchange& x, engine& over, position at_least, steady_clock::time_point until);

/// How long the client would wait for a position.
[[nodiscard]] steady_clock::time_point end_of_patience(const request& asked);

/// The same for reads of the event log: waits until its head has reached Weir-Min-Position, if that is given.
[[nodiscard]] task<> wait_for_min_position(exchange& x, engine& over);

}  // namespace weir::api
