#include "journal/local_journal.hpp"

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
  for (const record& one : records) {
    expected = expected.next();
    if (one.position != expected) throw std::logic_error("a commit does not go on where the log ends");
    if (one.stream.empty() || one.stream.find('\0') != one.stream.npos)
      throw std::logic_error("a stream's name is empty or holds a zero byte");
    effects.put(events_, format::event_key(one.stream, one.sequence), one.bytes);
    effects.put(positions_, format::position_key(one.position), format::position_value(one.stream, one.sequence));
    effects.put(streams_, one.stream, format::stream_value({one.sequence, one.stream_created_at, one.recorded_at}));
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
  std::vector<stored_record> found;
  position expected = after;
  auto cursor = store_.scan(positions_);
  cursor.seek(format::position_key(after.next()));
  for (; found.size() < limit && cursor.valid(); cursor.next()) {
    const auto at = format::read_position_key(cursor.key());
    if (!at) return at.error();
    expected = expected.next();
    if (*at != expected) return error{errc::corrupt, "position " + std::to_string(expected.value) + " is missing"};
    const auto place = format::read_position_value(cursor.value());
    if (!place) return place.error();
    auto bytes = store_.get(events_, format::event_key(place->stream, place->sequence));
    if (!bytes) return bytes.error();
    if (!*bytes) {
      return error{errc::corrupt,
                   "position " + std::to_string(at->value) + " names " + name_of(*place) + ", which is missing"};
    }
    found.push_back({place->stream, place->sequence, std::move(**bytes)});
  }
  const auto status = cursor.status();
  if (!status) return error{status.error().code, "reading the log: " + status.error().detail};
  return found;
}

}  // namespace weir
