#pragma once

#include <optional>
#include <string_view>

#include "api/feed_reader.hpp"
#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"
#include "http/representation.hpp"
#include "http/traffic.hpp"

/// Events one after another, as an answer whose length nobody knows.
///
/// A slow client costs little memory: a piece is read, encoded and sent, then the next one.
namespace weir::api {

/// A line each (application/x-ndjson), at most `events_max` of them, to position `until`, then the end. If it is cut
/// short, by an error or because the server stops, the last line is a problem. `text` stands before all.
[[nodiscard]] task<> send_lines(exchange& x, feed_reader reader, std::string text, std::size_t events_max,
                                position until);

/// As server-sent events (text/event-stream), without an end: history first, then what happens. The ids are positions;
/// one also comes without an event, so that whoever resumes does not go through again what was left out:
///
///   : heartbeat      every options().heartbeat, with an id of how far was read
///   caught-up        once, where history ends: {"position": n}
///   cut-short        after an error: a problem
[[nodiscard]] task<> send_server_sent(exchange& x, engine& over, feed_reader reader);

/// How long the next piece is to be: a short one where other bodies have the memory for a long one, for which the text
/// gets room.
[[nodiscard]] std::size_t make_room_for_piece(exchange& x, std::string& text);

[[nodiscard]] feed_kind kind_of(representation as);

/// What polyfills of EventSource send that cannot send header fields. Some add one more each time that they come back.
inline constexpr std::string_view last_event_id_parameter = "lastEventId";

/// What Last-Event-ID says or, without it, the last such parameter, which is a known one then; nothing without either,
/// or if it is empty. Throws problem_raised (400) if it is no position.
[[nodiscard]] std::optional<position> last_event_id(const request& asked, parameter_reader& parameters);

}  // namespace weir::api
