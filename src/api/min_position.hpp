#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

/// Weir-Min-Position: a read is answered only from a state at or after a position, so that who writes in one place
/// reads in another what was written.
namespace weir::api {

/// Answers a read from a state at or after a position; false, and no answer, if it is not that far.
using read = std::function<bool(exchange& x, position at_least)>;

/// Adds a GET that keeps to Weir-Min-Position. Without that field it never waits.
void add_read(router& to, engine& over, std::string_view pattern, read answer);

/// What Weir-Min-Position asks for; nothing without it. Throws problem_raised (400) if it is no position.
[[nodiscard]] std::optional<position> min_position(const request& asked);

/// Tries until it is answered, waiting as long as `Prefer: wait` says, or limits::min_position_wait. Throws
/// problem_raised (503) after that.
[[nodiscard]] task<> answer_when_reached(exchange& x, engine& over, position at_least, read answer);

/// Waits until another try makes sense of what is not at that position yet. Throws problem_raised (503) once it is
/// `until`, or nobody waits for the answer any more.
[[nodiscard]] task<> wait_for_more(exchange& x, engine& over, position at_least, steady_clock::time_point until);

/// How long the client would wait for a position.
[[nodiscard]] steady_clock::time_point end_of_patience(const request& asked);

/// The same for what reads the log itself: waits for its head, if Weir-Min-Position asks for that.
[[nodiscard]] task<> wait_for_min_position(exchange& x, engine& over);

}  // namespace weir::api
