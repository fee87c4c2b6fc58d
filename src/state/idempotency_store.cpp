#include "state/idempotency_store.hpp"

#include "base/bytes.hpp"
#include "codec/compact.hpp"
#include "log/commit_frame.hpp"

namespace weir {
namespace {

constexpr std::size_t time_bytes = 8;

std::string key_of(std::string_view caller, std::string_view key) {
  std::string bytes(caller);
  bytes += '\0';
  bytes += key;
  return bytes;
}

std::uint64_t micros(timestamp time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

}  // namespace

result<std::optional<idempotent_answer>> idempotency_store::find(const store::batch& in, std::string_view caller,
                                                                 std::string_view key, timestamp now) const {
  const auto value = in.get(requests_, key_of(caller, key));
  if (!value) return value.error();
  if (!*value) return std::optional<idempotent_answer>{};
  const std::string_view bytes = **value;
  const auto damaged = [&](const std::string& why) {
    return error{errc::corrupt, "the stored answer to idempotency key " + std::string(key) + " is damaged: " + why};
  };
  if (bytes.size() < time_bytes) return damaged("it is too short");
  const std::uint64_t ends_at = read_big_endian(bytes);
  if (ends_at <= micros(now)) return std::optional<idempotent_answer>{};

  idempotent_answer answer;
  answer.caller = caller;
  answer.key = key;
  answer.expires_at = timestamp{std::chrono::microseconds{static_cast<std::int64_t>(ends_at)}};
  try {
    read_stored_answer(codec::decode<stored::StoredAnswer>(bytes.substr(time_bytes)), answer);
  } catch (const apache::thrift::TException& e) {
    return damaged(e.what());
  }
  return std::optional<idempotent_answer>{std::move(answer)};
}

void idempotency_store::put(store::batch& in, const idempotent_answer& answer) const {
  std::string value;
  append_big_endian(value, micros(answer.expires_at));
  value += codec::encode(to_stored_answer(answer));
  in.put(requests_, key_of(answer.caller, answer.key), value);
}

}  // namespace weir
