#include "state/idempotency_store.hpp"

#include "base/bytes.hpp"
#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

std::string key_of(std::string_view identity, std::string_view key) {
  std::string bytes(identity);
  bytes += '\0';
  bytes += key;
  return bytes;
}

std::uint64_t micros(timestamp time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

}  // namespace

result<std::optional<stored_answer>> idempotency_store::find(const store::batch& in, std::string_view identity,
                                                                  std::string_view key, timestamp now) const {
  const auto value = in.get(requests_, key_of(identity, key));
  if (!value) return value.error();
  if (!*value) return std::optional<stored_answer>{};
  const std::string_view bytes = **value;
  const auto corrupt = [&](const std::string& why) {
    return error{errc::corrupt,
                 "the answer remembered for idempotency key " + std::string(key) + " is damaged: " + why};
  };
  if (bytes.size() < 8) return corrupt("it is too short");
  if (read_big_endian(bytes) <= micros(now)) return std::optional<stored_answer>{};

  stored::StoredAnswer stored;
  try {
    stored = codec::decode<stored::StoredAnswer>(bytes.substr(8));
  } catch (const apache::thrift::TException& e) {
    return corrupt(e.what());
  }
  stored_answer answer;
  answer.fingerprint = std::move(stored.fingerprint);
  for (auto& one : stored.results) {
    answer.results.push_back({std::move(one.stream),
                              {static_cast<std::uint64_t>(one.sequence)},
                              {static_cast<std::uint64_t>(one.position)}});
  }
  answer.first = {static_cast<std::uint64_t>(stored.firstPosition)};
  answer.last = {static_cast<std::uint64_t>(stored.lastPosition)};
  return std::optional<stored_answer>{std::move(answer)};
}

void idempotency_store::remember(store::batch& in, std::string_view identity, std::string_view key,
                                  const stored_answer& answer, timestamp now) const {
  stored::StoredAnswer stored;
  stored.fingerprint = answer.fingerprint;
  for (const auto& one : answer.results) {
    stored::StoredAnswerItem item;
    item.stream = one.stream;
    item.sequence = static_cast<std::int64_t>(one.sequence.value);
    item.position = static_cast<std::int64_t>(one.position.value);
    stored.results.push_back(std::move(item));
  }
  stored.firstPosition = static_cast<std::int64_t>(answer.first.value);
  stored.lastPosition = static_cast<std::int64_t>(answer.last.value);

  std::string value;
  append_big_endian(value, micros(now + limits::idempotency_memory));
  value += codec::encode(stored);
  in.put(requests_, key_of(identity, key), value);
}

}  // namespace weir
