#include "log/commit.hpp"

#include "base/digest.hpp"
#include "codec/compact.hpp"
#include "codec/compact_writer.hpp"
#include "log/commit_frame.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

std::int64_t micros(timestamp time) { return time.time_since_epoch().count(); }

/// The fields of struct StoredCommit. Its events are written without the generated struct: every event passes here.
namespace field {
constexpr std::int16_t number = 1, epoch = 2, first = 3, previous = 4, committed_at = 5, events = 6, answers = 7,
                       subjects = 8, erasures = 9;
constexpr std::int16_t stream = 1, sequence = 2, event = 3;
}  // namespace field

void append_integer_field(std::string& bytes, std::int16_t id, std::int64_t value) {
  codec::append_field_header(bytes, static_cast<std::int16_t>(id - 1), id, codec::wire::i64);
  codec::append_integer(bytes, value);
}

void append_binary_field(std::string& bytes, std::int16_t id, std::string_view value) {
  codec::append_field_header(bytes, static_cast<std::int16_t>(id - 1), id, codec::wire::binary);
  codec::append_binary(bytes, value);
}

void append_event(std::string& bytes, const stored_event& one) {
  append_binary_field(bytes, field::stream, one.stream);
  append_integer_field(bytes, field::sequence, static_cast<std::int64_t>(one.sequence.value));
  append_binary_field(bytes, field::event, one.bytes);
  codec::append_stop(bytes);
}

void append_list_field(std::string& bytes, std::int16_t id, std::size_t size) {
  codec::append_field_header(bytes, static_cast<std::int16_t>(id - 1), id, codec::wire::list);
  codec::append_list_header(bytes, size, codec::wire::structure);
}

}  // namespace

const std::string& no_commit_hash() {
  static const std::string zeros(32, '\0');
  return zeros;
}

log_head empty_log() {
  log_head none;
  none.hash = no_commit_hash();
  return none;
}

namespace {

std::string encode(const commit& one) {
  constexpr std::size_t around_an_event = 16, around_a_commit = 128;
  std::size_t size = around_a_commit;
  for (const stored_event& each : one.events) size += each.stream.size() + each.bytes.size() + around_an_event;
  std::string bytes;
  bytes.reserve(size);
  append_integer_field(bytes, field::number, static_cast<std::int64_t>(one.number));
  append_integer_field(bytes, field::epoch, static_cast<std::int64_t>(one.epoch));
  append_integer_field(bytes, field::first, static_cast<std::int64_t>(one.first.value));
  append_binary_field(bytes, field::previous, one.previous);
  append_integer_field(bytes, field::committed_at, micros(one.committed_at));
  append_list_field(bytes, field::events, one.events.size());
  for (const stored_event& each : one.events) append_event(bytes, each);
  append_list_field(bytes, field::answers, one.answers.size());
  for (const idempotent_answer& each : one.answers) bytes += codec::encode(to_stored(each));
  std::int16_t last = field::answers;
  for (const auto& [id, list] :
       {std::pair{field::subjects, &one.subjects}, std::pair{field::erasures, &one.erasures}}) {
    if (list->empty()) continue;
    codec::append_field_header(bytes, last, id, codec::wire::list);
    codec::append_list_header(bytes, list->size(), codec::wire::structure);
    for (const keyed_subject& each : *list) bytes += codec::encode(to_stored(each));
    last = id;
  }
  codec::append_stop(bytes);
  return bytes;
}

}  // namespace

sealed_commit seal(commit one) {
  std::string bytes = encode(one);
  std::string hash = sha256(bytes);
  return {std::move(one), std::move(bytes), std::move(hash)};
}

result<sealed_commit> read_commit(std::string bytes) {
  stored::StoredCommit in;
  try {
    in = codec::decode<stored::StoredCommit>(bytes);
  } catch (const apache::thrift::TException& e) {
    return error{errc::corrupt, std::string("the bytes are no commit: ") + e.what()};
  }
  if (in.number < 1 || in.epoch < 0 || in.firstPosition < 1) {
    return error{errc::corrupt, "the bytes are no commit: a number in it is out of range"};
  }
  commit one;
  one.number = static_cast<std::uint64_t>(in.number);
  one.epoch = static_cast<std::uint64_t>(in.epoch);
  one.first = {static_cast<std::uint64_t>(in.firstPosition)};
  one.previous = std::move(in.previousHash);
  one.committed_at = timestamp{std::chrono::microseconds{in.committedAt}};
  one.events.reserve(in.events.size());
  for (auto& each : in.events) {
    one.events.push_back({std::move(each.stream), {static_cast<std::uint64_t>(each.sequence)}, std::move(each.event)});
  }
  one.answers = from_stored(std::move(in.answers));
  one.subjects = from_stored(in.subjects);
  one.erasures = from_stored(in.erasures);
  std::string hash = sha256(bytes);
  return sealed_commit{std::move(one), std::move(bytes), std::move(hash)};
}

std::string why_void(const commit& one, const log_head& after) {
  if (one.number != after.number + 1) {
    return "it is commit " + std::to_string(one.number) + " after commit " + std::to_string(after.number);
  }
  if (one.epoch < after.epoch) {
    return "its epoch " + std::to_string(one.epoch) + " is older than " + std::to_string(after.epoch);
  }
  if (one.first != after.last.next()) {
    return "it begins at position " + std::to_string(one.first.value) + " after position " +
           std::to_string(after.last.value);
  }
  if (one.previous != after.hash) return "it does not continue the last commit";
  if (one.committed_at < after.committed_at) return "its time is before that of the last commit";
  return "";
}

}  // namespace weir
