#include "log/format.hpp"

#include "base/bytes.hpp"

namespace weir::format {
namespace {

constexpr char separator = '\0';

void append_time(std::string& bytes, timestamp time) {
  append_big_endian(bytes, static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

timestamp read_time(std::string_view bytes) {
  return timestamp{std::chrono::microseconds{static_cast<std::int64_t>(read_big_endian(bytes))}};
}

}  // namespace

std::string event_key_prefix(std::string_view stream) {
  std::string key;
  key.reserve(stream.size() + 9);
  key += stream;
  key += separator;
  return key;
}

std::string event_key(std::string_view stream, weir::sequence sequence) {
  std::string key = event_key_prefix(stream);
  append_big_endian(key, sequence.value);
  return key;
}

result<event_place> read_event_key(std::string_view key) {
  if (key.size() < 10 || key[key.size() - 9] != separator) return error{errc::corrupt, "an event's key is malformed"};
  return event_place{std::string(key.substr(0, key.size() - 9)), {read_big_endian(key.substr(key.size() - 8))}};
}

std::string commit_key(std::uint64_t number) {
  std::string key;
  append_big_endian(key, number);
  return key;
}

result<std::uint64_t> read_commit_key(std::string_view key) {
  if (key.size() != 8) return error{errc::corrupt, "a commit's key is not 8 bytes long"};
  return read_big_endian(key);
}

std::string position_key(weir::position position) {
  std::string key;
  append_big_endian(key, position.value);
  return key;
}

result<weir::position> read_position_key(std::string_view key) {
  if (key.size() != 8) return error{errc::corrupt, "a position's key is not 8 bytes long"};
  return weir::position{read_big_endian(key)};
}

std::string position_value(std::string_view stream, weir::sequence sequence) {
  std::string value;
  value.reserve(stream.size() + 8);
  append_big_endian(value, sequence.value);
  value += stream;
  return value;
}

result<event_place> read_position_value(std::string_view value) {
  if (value.size() < 9) return error{errc::corrupt, "a position's value is shorter than 9 bytes"};
  return event_place{std::string(value.substr(8)), {read_big_endian(value)}};
}

bool is_of_category(std::string_view stream, std::string_view category) {
  return stream.starts_with(category) && (stream.size() == category.size() || stream[category.size()] == '-');
}

std::string stream_value(const stream_times& times) {
  std::string value;
  value.reserve(24);
  append_big_endian(value, times.last.value);
  append_time(value, times.created_at);
  append_time(value, times.updated_at);
  return value;
}

result<stream_times> read_stream_value(std::string_view value) {
  if (value.size() != 24) return error{errc::corrupt, "a stream's head is not 24 bytes long"};
  return stream_times{{read_big_endian(value)}, read_time(value.substr(8)), read_time(value.substr(16))};
}

}  // namespace weir::format
