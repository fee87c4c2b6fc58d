#include "log/log_rows.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "log/commit_frame.hpp"

namespace weir {
namespace {

std::string name_of(const format::event_place& place) {
  return "event " + std::to_string(place.sequence.value) + " of stream " + place.stream;
}

}  // namespace

std::vector<family_options> log_rows::families() {
  return {{.name = "commits"}, {.name = "events"}, {.name = "positions"}, {.name = "streams", .looked_up = true}};
}

log_rows::log_rows(const store& in)
    : store_(in),
      commits_(in.find("commits")),
      events_(in.find("events")),
      positions_(in.find("positions")),
      streams_(in.find("streams")) {}

void log_rows::put_frame(store::batch& into, const sealed_commit& one) const {
  into.append(commits_, format::commit_key(one.value.number), frame_of(one));
}

void log_rows::put(store::batch& into, const sealed_commit& one, std::span<const event_times> times) const {
  const std::vector<stored_event>& events = one.value.events;
  if (events.size() != times.size()) throw std::logic_error("each event of a commit has its times");
  put_frame(into, one);
  position at = one.value.first;
  std::vector<std::size_t> by_stream;
  by_stream.reserve(events.size());
  for (const stored_event& each : events) {
    if (each.stream.empty() || each.stream.find('\0') != each.stream.npos)
      throw std::logic_error("a stream's name is empty or holds a zero byte");
    into.append(positions_, format::position_key(at), format::position_value(each.stream, each.sequence));
    at = at.next();
    by_stream.push_back(by_stream.size());
  }
  // In the order of the keys: the place of a row in memory is found fastest behind that of the one before it.
  std::stable_sort(by_stream.begin(), by_stream.end(),
                   [&](std::size_t a, std::size_t b) { return events[a].stream < events[b].stream; });
  for (const std::size_t each : by_stream) {
    into.append(events_, format::event_key(events[each].stream, events[each].sequence), events[each].bytes);
  }
  for (auto each = by_stream.begin(); each != by_stream.end(); ++each) {
    const stored_event& event = events[*each];
    const bool newest = std::next(each) == by_stream.end() || events[*std::next(each)].stream != event.stream;
    if (!newest) continue;
    const event_times& of = times[*each];
    into.append(streams_, event.stream, format::stream_value({event.sequence, of.stream_created_at, of.recorded_at}));
  }
}

result<position> log_rows::last_position() const {
  auto cursor = store_.scan(positions_);
  cursor.seek_last();
  if (!cursor.valid()) {
    const auto status = cursor.status();
    if (!status) return status.error();
    return position{};
  }
  const auto end = format::read_position_key(cursor.key());
  if (!end) return end.error();
  const auto place = format::read_position_value(cursor.value());
  if (!place) return place.error();
  const auto event = store_.get(events_, format::event_key(place->stream, place->sequence));
  if (!event) return event.error();
  if (!*event) {
    return error{errc::corrupt, "position " + std::to_string(end->value) + ", the last, names " + name_of(*place) +
                                    ", which is missing"};
  }
  return *end;
}

result<log_head> log_rows::last_commit() const {
  auto cursor = store_.scan(commits_);
  cursor.seek_last();
  if (!cursor.valid()) {
    if (const auto status = cursor.status(); !status) return status.error();
    return empty_log();
  }
  const auto number = format::read_commit_key(cursor.key());
  if (!number) return number.error();
  const auto frame = read_frame(*number, cursor.value());
  if (!frame) return frame.error();
  return frame->head();
}

result<log_head> log_rows::head() const {
  const auto last = last_position();
  if (!last) return last.error();
  const auto head = last_commit();
  if (!head) return head.error();
  if (head->last != *last) {
    return error{errc::corrupt, "the last commit, " + std::to_string(head->number) + ", ends at position " +
                                    std::to_string(head->last.value) + ", but the last position is " +
                                    std::to_string(last->value)};
  }
  return *head;
}

result<std::vector<std::string>> log_rows::read_commits(std::uint64_t after, std::uint64_t last, std::size_t limit,
                                                        std::size_t bytes_max) const {
  std::vector<std::string> found;
  std::size_t bytes = 0;
  auto cursor = store_.scan(commits_);
  cursor.seek(format::commit_key(after + 1));
  for (std::uint64_t number = after + 1; number <= last && found.size() < limit && bytes < bytes_max; ++number) {
    const auto missing = [&] { return error{errc::corrupt, "commit " + std::to_string(number) + " is missing"}; };
    if (!cursor.valid()) return cursor.status() ? missing() : cursor.status().error();
    const auto at = format::read_commit_key(cursor.key());
    if (!at) return at.error();
    if (*at != number) return missing();
    auto frame = read_frame(number, cursor.value());
    if (!frame) return frame.error();
    commit& one = frame->without_events;
    if (frame->events > 0) {
      auto events = scan({one.first.value - 1}, frame->head().last, "", frame->events, frame->events);
      if (!events) return events.error();
      one.events = std::move(events->events);
    }
    sealed_commit whole = seal(std::move(one));
    if (whole.hash != frame->hash) {
      return error{errc::corrupt, "commit " + std::to_string(number) + " is not what was written: its hash differs"};
    }
    bytes += whole.bytes.size();
    found.push_back(std::move(whole.bytes));
    cursor.next();
  }
  return found;
}

result<std::optional<format::stream_times>> log_rows::head_of(std::string_view stream) const {
  const auto value = store_.get(streams_, stream);
  if (!value) return value.error();
  if (!*value) return std::optional<format::stream_times>{};
  const auto times = format::read_stream_value(**value);
  if (!times) return error{errc::corrupt, "the head of stream " + std::string(stream) + ": " + times.error().detail};
  return std::optional<format::stream_times>{*times};
}

result<std::vector<stored_event>> log_rows::read_stream(std::string_view stream, sequence from, std::size_t limit,
                                                        direction way) const {
  std::vector<stored_event> found;
  const std::string prefix = format::event_key_prefix(stream);
  auto cursor = store_.scan(events_);
  if (way == direction::forward) {
    cursor.seek(format::event_key(stream, from));
  } else {
    cursor.seek_backward(format::event_key(stream, from));
  }
  while (found.size() < limit && cursor.valid() && cursor.key().starts_with(prefix)) {
    const auto place = format::read_event_key(cursor.key());
    if (!place) return place.error();
    // A gap would mean that an event is lost: it must never pass for the stream's end.
    if (!found.empty()) {
      const auto previous = found.back().sequence.value;
      const auto next = way == direction::forward ? previous + 1 : previous - 1;
      if (place->sequence.value != next) {
        return error{errc::corrupt, name_of({std::string(stream), {next}}) + " is missing"};
      }
    }
    found.push_back({place->stream, place->sequence, std::string(cursor.value())});
    if (way == direction::forward) {
      cursor.next();
    } else {
      cursor.previous();
    }
  }
  const auto status = cursor.status();
  if (!status)
    return error{status.error().code, "reading stream " + std::string(stream) + ": " + status.error().detail};
  return found;
}

result<log_part> log_rows::scan(position after, position end, std::string_view category, std::size_t limit,
                                std::size_t looked_at_max) const {
  std::vector<format::event_place> places;
  std::vector<position> positions;
  std::vector<std::string> keys;
  log_part part{{}, after};
  auto cursor = store_.scan(positions_);
  cursor.seek(format::position_key(after.next()));
  for (std::size_t looked_at = 0; looked_at < looked_at_max && places.size() < limit && part.last < end; ++looked_at) {
    part.last = part.last.next();
    if (looked_at > 0) cursor.next();
    const auto status = cursor.status();
    if (!status) return error{status.error().code, "reading the log: " + status.error().detail};
    const auto at = cursor.valid() ? format::read_position_key(cursor.key()) : position{};
    if (!at) return at.error();
    if (*at != part.last) return error{errc::corrupt, "position " + std::to_string(part.last.value) + " is missing"};
    auto place = format::read_position_value(cursor.value());
    if (!place) return place.error();
    if (!category.empty() && !format::is_of_category(place->stream, category)) continue;
    keys.push_back(format::event_key(place->stream, place->sequence));
    places.push_back(std::move(*place));
    positions.push_back(*at);
  }

  auto values = store_.get_all(events_, keys);
  if (!values) return values.error();
  part.events.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto& bytes = (*values)[i];
    if (!bytes) {
      return error{errc::corrupt, "position " + std::to_string(positions[i].value) + " names " + name_of(places[i]) +
                                      ", which is missing"};
    }
    part.events.push_back({std::move(places[i].stream), places[i].sequence, std::move(*bytes)});
  }
  return part;
}

}  // namespace weir
