#include "log/log_rows.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace weir {
namespace {

std::string name_of(const format::event_place& place) {
  return "event " + std::to_string(place.sequence.value) + " of stream " + place.stream;
}

}  // namespace

std::vector<family_options> local_journal::families() {
  return {{.name = "events"}, {.name = "positions"}, {.name = "streams", .looked_up = true}};
}

result<std::unique_ptr<local_journal>> local_journal::open(store& in) {
  std::unique_ptr<local_journal> journal(new local_journal(in));
  const auto end = journal->find_end();
  if (!end) return end.error();
  journal->last_ = end->value;
  return journal;
}

local_journal::local_journal(store& in)
    : store_(in), events_(in.find("events")), positions_(in.find("positions")), streams_(in.find("streams")) {}

result<position> local_journal::find_end() const {
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

result<> local_journal::commit(std::span<const record> records, store::batch& effects) {
  position expected = last();
  std::vector<const record*> by_stream;
  by_stream.reserve(records.size());
  for (const record& one : records) {
    expected = expected.next();
    if (one.position != expected) throw std::logic_error("a commit does not go on where the log ends");
    if (one.stream.empty() || one.stream.find('\0') != one.stream.npos)
      throw std::logic_error("a stream's name is empty or holds a zero byte");
    effects.append(positions_, format::position_key(one.position), format::position_value(one.stream, one.sequence));
    by_stream.push_back(&one);
  }
  // In the order of the keys: the place of a row in memory is found fastest behind that of the one before it.
  std::stable_sort(by_stream.begin(), by_stream.end(),
                   [](const record* a, const record* b) { return a->stream < b->stream; });
  for (auto one = by_stream.begin(); one != by_stream.end(); ++one) {
    const record& event = **one;
    effects.append(events_, format::event_key(event.stream, event.sequence), event.bytes);
  }
  for (auto one = by_stream.begin(); one != by_stream.end(); ++one) {
    const record& event = **one;
    const bool newest = std::next(one) == by_stream.end() || (*std::next(one))->stream != event.stream;
    if (newest)
      effects.append(streams_, event.stream,
                     format::stream_value({event.sequence, event.stream_created_at, event.recorded_at}));
  }
  const auto written = store_.write(effects, store::durability::durable);
  if (written) last_.store(expected.value, std::memory_order_release);
  return written;
}

result<std::optional<format::stream_times>> local_journal::head_of(std::string_view stream) const {
  const auto value = store_.get(streams_, stream);
  if (!value) return value.error();
  if (!*value) return std::optional<format::stream_times>{};
  const auto times = format::read_stream_value(**value);
  if (!times) return error{errc::corrupt, "the head of stream " + std::string(stream) + ": " + times.error().detail};
  return std::optional<format::stream_times>{*times};
}

result<std::vector<stored_record>> local_journal::read_stream(std::string_view stream, sequence from, std::size_t limit,
                                                              direction way) const {
  std::vector<stored_record> found;
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

result<std::vector<stored_record>> local_journal::read_log(position after, std::size_t limit) const {
  auto part = scan_log(after, "", limit, limit);
  if (!part) return part.error();
  return std::move(part->records);
}

result<log_part> local_journal::scan_log(position after, std::string_view category, std::size_t limit,
                                         std::size_t looked_at_max) const {
  std::vector<format::event_place> places;
  std::vector<position> positions;
  std::vector<std::string> keys;
  log_part part{{}, after};
  // Before the cursor's moment: what is published by now, the cursor sees.
  const position end = last();
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
  part.records.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    auto& bytes = (*values)[i];
    if (!bytes) {
      return error{errc::corrupt, "position " + std::to_string(positions[i].value) + " names " + name_of(places[i]) +
                                      ", which is missing"};
    }
    part.records.push_back({std::move(places[i].stream), places[i].sequence, std::move(*bytes)});
  }
  return part;
}

}  // namespace weir
