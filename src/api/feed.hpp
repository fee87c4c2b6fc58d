#pragma once

#include <optional>
#include <string_view>

#include "api/feed_reader.hpp"
#include "api/http_names.hpp"
#include "api/positions.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"
#include "http/representation.hpp"
#include "http/traffic.hpp"

/// Events one after another, as an answer of unknown length.
///
/// A slow client costs little memory: a piece is read, encoded and sent, then the next one.
namespace weir::api {

/// One event per line (application/x-ndjson), at most `events_max`, up to position `until`. If the answer is cut short
/// by an error or a stop of the server, the last line is a problem. `text` is sent first.
[[nodiscard]] task<> send_lines(exchange& x, feed_reader reader, std::string text, std::size_t events_max,
                                position until);

/// As server-sent events (text/event-stream), without an end: history first, then new events. The ids are positions
/// with their marks. An id is also sent without an event, so that a resuming client does not read filtered events again:
///
///   : heartbeat      every options().heartbeat, with an id of how far was read
///   caught-up        once, at the end of the history: {"position": n}
///   cut-short        after an error, or when the caller's credential ends: a problem
[[nodiscard]] task<> send_server_sent(exchange& x, engine& over, feed_reader reader);

/// The size of the next piece: short if the memory budget is short; otherwise long, and memory for the text is
/// reserved.
[[nodiscard]] std::size_t make_room_for_piece(exchange& x, std::string& text);

[[nodiscard]] feed_kind kind_of(representation as);

/// The query parameter of EventSource polyfills that cannot send header fields. Some add another one at each reconnect.
inline constexpr std::string_view last_event_id_parameter = "lastEventId";

/// The position, with its mark if it has one, in Last-Event-ID or, without it, in the last such parameter, which is then marked as known. Nothing
/// without either, or if it is empty. Throws problem_raised (400) if it is not a position.
[[nodiscard]] std::optional<given_position> last_event_id(const request& asked, parameter_reader& parameters);

}  // namespace weir::api
