#include "api/recent_events.hpp"

#include "event_text/recorded_event_json.hpp"

namespace weir::api {
namespace {

std::size_t bytes_of(const encoded_event& event) {
  return sizeof event + event.stream.size() + event.type.size() + event.json.size();
}

}  // namespace

result<history_mark> marked(history& by, position which) {
  const auto mark = by.mark_at(which);
  if (mark.has_error()) return mark.error();
  if (!*mark) return error{errc::corrupt, "no commit holds position " + std::to_string(which.value)};
  return **mark;
}

result<bool> recent_events::reach(position after, position until) {
  if (until.value - after.value > limits::recent_events_max) return false;
  if (const std::uint64_t erasures = engine_.erasures(); erasures != erasures_) {
    // What was erased must not be sent, nor be kept in memory.
    events_.clear();
    bytes_ = 0;
    erasures_ = erasures;
  }
  const bool empty = events_.empty();
  if (!empty && after.next() < events_.front().position) return false;
  if (empty || events_.back().position < after) {  // no subscriber for a while
    events_.clear();
    bytes_ = 0;
  }
  while (true) {
    const position last = events_.empty() ? after : events_.back().position;
    if (!(last < until)) break;
    const auto page = engine_.read_log(last, until.value - last.value, {}, limits::recent_events_bytes_max);
    if (page.has_error()) return page.error();
    for (const recorded_event& event : page->events) {
      const auto mark = marked(marks_, event.position);
      if (mark.has_error()) return mark.error();
      encoded_event made{event.position, event.sequence, *mark, event.stream, event.type, {}};
      if (auto written = event_text::append_recorded_event(made.json, event, engine_.domains()); written.has_error()) {
        return written.error();
      }
      bytes_ += bytes_of(made);
      events_.push_back(std::move(made));
    }
    forget();
  }
  return !(after.next() < events_.front().position);
}

/// The oldest, above the limits; the newest stays, whatever its length.
void recent_events::forget() {
  while (events_.size() > 1 &&
         (events_.size() > limits::recent_events_max || bytes_ > limits::recent_events_bytes_max)) {
    bytes_ -= bytes_of(events_.front());
    events_.pop_front();
  }
}

}  // namespace weir::api
