#include "log/commit_frame.hpp"

#include "codec/compact.hpp"

namespace weir {

stored::StoredAnswer to_stored_answer(const idempotent_answer& one) {
  stored::StoredAnswer out;
  out.fingerprint = one.fingerprint;
  out.results.reserve(one.results.size());
  for (const command_result& each : one.results) {
    auto& item = out.results.emplace_back();
    item.stream = each.stream;
    item.sequence = static_cast<std::int64_t>(each.sequence.value);
    item.position = static_cast<std::int64_t>(each.position.value);
  }
  out.firstPosition = static_cast<std::int64_t>(one.first.value);
  out.lastPosition = static_cast<std::int64_t>(one.last.value);
  return out;
}

stored::StoredCommitAnswer to_stored(const idempotent_answer& one) {
  stored::StoredCommitAnswer out;
  out.caller = one.caller;
  out.key = one.key;
  out.expiresAt = one.expires_at.time_since_epoch().count();
  out.answer = to_stored_answer(one);
  return out;
}

void read_stored_answer(stored::StoredAnswer in, idempotent_answer& out) {
  out.fingerprint = std::move(in.fingerprint);
  for (auto& one : in.results) {
    out.results.push_back({std::move(one.stream),
                           {static_cast<std::uint64_t>(one.sequence)},
                           {static_cast<std::uint64_t>(one.position)}});
  }
  out.first = {static_cast<std::uint64_t>(in.firstPosition)};
  out.last = {static_cast<std::uint64_t>(in.lastPosition)};
}

std::vector<idempotent_answer> from_stored(std::vector<stored::StoredCommitAnswer> answers) {
  std::vector<idempotent_answer> all;
  all.reserve(answers.size());
  for (auto& each : answers) {
    idempotent_answer& one = all.emplace_back();
    one.caller = std::move(each.caller);
    one.key = std::move(each.key);
    one.expires_at = timestamp{std::chrono::microseconds{each.expiresAt}};
    read_stored_answer(std::move(each.answer), one);
  }
  return all;
}

stored::StoredSubject to_stored(const keyed_subject& one) {
  stored::StoredSubject out;
  out.subject = one.subject;
  out.key = static_cast<std::int64_t>(one.key);
  return out;
}

std::vector<keyed_subject> from_stored(const std::vector<stored::StoredSubject>& subjects) {
  std::vector<keyed_subject> all;
  all.reserve(subjects.size());
  for (const auto& each : subjects) all.push_back({each.subject, static_cast<std::uint64_t>(each.key)});
  return all;
}

std::string frame_of(const sealed_commit& one) {
  stored::StoredCommitFrame out;
  out.epoch = static_cast<std::int64_t>(one.value.epoch);
  out.firstPosition = static_cast<std::int64_t>(one.value.first.value);
  out.eventCount = static_cast<std::int32_t>(one.value.events.size());
  out.previousHash = one.value.previous;
  out.committedAt = one.value.committed_at.time_since_epoch().count();
  for (const idempotent_answer& each : one.value.answers) out.answers.push_back(to_stored(each));
  out.hash = one.hash;
  for (const keyed_subject& each : one.value.subjects) out.subjects.push_back(to_stored(each));
  for (const keyed_subject& each : one.value.erasures) out.erasures.push_back(to_stored(each));
  out.__isset.subjects = !out.subjects.empty();
  out.__isset.erasures = !out.erasures.empty();
  return codec::encode(out);
}

log_head commit_frame::head() const {
  return {without_events.number, without_events.epoch, position{without_events.first.value + events - 1}, hash,
          without_events.committed_at};
}

result<commit_frame> read_frame(std::uint64_t number, std::string_view value) {
  const auto damaged = [&](const std::string& why) {
    return error{errc::corrupt, "commit " + std::to_string(number) + " is damaged: " + why};
  };
  try {
    auto in = codec::decode<stored::StoredCommitFrame>(value);
    if (in.epoch < 0 || in.firstPosition < 1 || in.eventCount < 0) return damaged("a number in it is out of range");
    commit_frame frame;
    commit& one = frame.without_events;
    one.number = number;
    one.epoch = static_cast<std::uint64_t>(in.epoch);
    one.first = {static_cast<std::uint64_t>(in.firstPosition)};
    one.previous = std::move(in.previousHash);
    one.committed_at = timestamp{std::chrono::microseconds{in.committedAt}};
    one.answers = from_stored(std::move(in.answers));
    one.subjects = from_stored(in.subjects);
    one.erasures = from_stored(in.erasures);
    frame.events = static_cast<std::uint64_t>(in.eventCount);
    frame.hash = std::move(in.hash);
    return frame;
  } catch (const apache::thrift::TException& e) {
    return damaged(e.what());
  }
}

}  // namespace weir
