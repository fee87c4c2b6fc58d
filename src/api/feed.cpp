#include "api/feed.hpp"

#include <limits>

#include "api/engine_problems.hpp"
#include "api/log_watch.hpp"

namespace weir::api {
namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

/// Who is behind by no more than this reads short pieces, and needs no memory for long ones.
constexpr std::uint64_t near_events = 16;

/// How far a piece mostly goes beyond where it should end.
constexpr std::size_t longest_usual_event_bytes = 4u << 10;

/// How soon a browser reconnects after its connection has ended.
constexpr std::string_view greeting = "retry: 1000\n\n";

response feed_head(std::string_view media_type, position reflects, const engine& over) {
  response head;
  head.set("Content-Type", media_type);
  head.set("Weir-Position", std::to_string(reflects.value));
  head.set(log_field_name, over.log().current());
  head.set("Cache-Control", "no-store");
  head.set("Vary", "Accept");
  head.set("X-Accel-Buffering", "no");  // proxies hand on at once what comes
  return head;
}

/// A problem as one line of JSON, with the line's end.
std::string as_line(exchange& x, const problem& what) { return to_response(what, x.instance()).body; }

problem stopped_after(position reached) {
  return make_unavailable(problem_kind::unavailable,
                          "The server is stopping. Continue after position " + std::to_string(reached.value) + ".")
      .with("lastPosition", reached.value);
}

}  // namespace

task<> send_lines(exchange& x, feed_reader reader, std::string text, std::size_t events_max, position until) {
  x.keep_little_unsent();
  co_await x.begin(feed_head("application/x-ndjson", until, reader.of()));
  if (x.request().method == method::head) co_return co_await x.finish();
  co_await x.write(text);
  while (events_max > 0 && reader.reached() < until) {
    text.clear();
    net::turn mine = co_await x.take_turn();
    if (const auto ended = x.why_not_any_more()) {
      co_await x.write(as_line(x, *ended));
      break;
    }
    const std::size_t piece_bytes = make_room_for_piece(x, text);
    const auto count = reader.read(std::move(mine), text, feed_form::lines, events_max, piece_bytes, until);
    x.memory().hold(text.capacity());  // it may be one long event
    // Looked at once: a stop that comes while the client takes its time is for the next piece.
    const bool is_last = count.has_error() || x.stopping();
    if (count.has_error()) {
      text += as_line(x, explain_read(x, count.error()));
    } else if (is_last && reader.reached() < until && *count < events_max) {
      text += as_line(x, stopped_after(reader.reached()));
    }
    co_await x.write(text);
    if (is_last) break;
    x.traffic().events_sent(feed_kind::lines, *count);
    events_max -= *count;
  }
  co_await x.finish();
}

task<> send_server_sent(exchange& x, engine& over, feed_reader reader) {
  x.keep_little_unsent();
  co_await x.begin(feed_head("text/event-stream", over.head(), over));
  if (x.request().method == method::head) co_return co_await x.finish();
  log_watch& watch = log_watch::of(x, over);
  std::string text(greeting);
  bool caught_up = false;
  auto next_beat = steady_clock::now() + x.options().heartbeat;
  while (!x.stopping() && !x.client_ended()) {
    net::turn mine = co_await x.take_turn();
    if (const auto ended = x.why_not_any_more()) {
      text.append("event: cut-short\ndata: ").append(as_line(x, *ended)).append("\n");
      co_await x.write(text);
      break;
    }
    const position head = over.head();
    const bool is_near = head.value - reader.reached().value <= near_events;
    const std::size_t piece_bytes = is_near ? limits::short_feed_piece_bytes : make_room_for_piece(x, text);
    const auto count = reader.read(std::move(mine), text, feed_form::server_sent, any_number, piece_bytes, head);
    if (count.has_error()) {
      text.append("event: cut-short\ndata: ").append(as_line(x, explain_read(x, count.error())));
      co_await x.write(text.append("\n"));
      break;
    }
    x.memory().hold(text.capacity());
    x.traffic().events_sent(feed_kind::server_sent, *count);
    const bool behind = reader.reached() < head;
    const bool is_passed_over = behind && *count == 0, has_caught_up = !behind && !caught_up;
    const bool beats = steady_clock::now() >= next_beat;
    if (is_passed_over || has_caught_up || beats) {
      const auto id = reader.id();
      if (id.has_error()) {
        text.append("event: cut-short\ndata: ").append(as_line(x, explain_read(x, id.error())));
        co_await x.write(text.append("\n"));
        break;
      }
      if (is_passed_over) text.append("id: ").append(*id).append("\n\n");
      if (has_caught_up) {
        caught_up = true;
        text.append("id: ").append(*id).append("\nevent: caught-up\ndata: {\"position\":");
        text.append(std::to_string(reader.reached().value)).append("}\n\n");
      }
      if (beats) {
        next_beat = steady_clock::now() + x.options().heartbeat;
        text.append(": heartbeat\nid: ").append(*id).append("\n\n");
      }
    }
    co_await x.write(text);
    text.clear();
    if (reader.reached() < over.head()) continue;
    text.shrink_to_fit();  // there may be thousands who wait
    x.memory().hold(0);
    co_await watch.wait(x, std::min(next_beat, x.credential_ends()));
  }
  co_await x.finish();
}

std::size_t make_room_for_piece(exchange& x, std::string& text) {
  constexpr std::size_t room = limits::feed_piece_bytes + longest_usual_event_bytes;
  // Feeds can do with less, and others cannot: half is theirs.
  if (!x.memory().try_hold(room, x.options().bodies->bytes_max() / 2)) return limits::short_feed_piece_bytes;
  text.reserve(room);  // at once: it would grow to the double
  return limits::feed_piece_bytes;
}

feed_kind kind_of(representation as) {
  if (as == representation::ndjson) return feed_kind::lines;
  return as == representation::server_sent ? feed_kind::server_sent : feed_kind::pages;
}

std::optional<given_position> last_event_id(const request& asked, parameter_reader& parameters) {
  static_cast<void>(parameters.text(last_event_id_parameter));  // it is known here
  std::optional<given_position> found;
  for (const auto& [name, value] : asked.where.parameters()) {
    if (name != last_event_id_parameter) continue;
    found = position_in(last_event_id_parameter, value);
  }
  // The header field takes precedence, but the parameter must be a position too.
  const auto sent = asked.field("Last-Event-ID");
  const auto by_header = sent ? position_in("Last-Event-ID", *sent) : std::nullopt;
  return by_header ? by_header : found;
}

}  // namespace weir::api
