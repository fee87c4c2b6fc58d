#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "store/store.hpp"

namespace weir {

/// What a submission with an idempotency key came to, as it is kept.
struct remembered_answer {
  std::string fingerprint;
  std::vector<acceptance::item> results;
  position first, last;  ///< of the events written; first > last if none were
};

/// SHA-256 over a submission's commands: equal for equal commands, however their bytes arrived.
[[nodiscard]] std::string fingerprint_of(const std::vector<order>& orders);

/// The family `requests`: answers under the caller's identity and key, until limits::idempotency_memory has passed.
///
///   key    | identity | 0x00 | idempotency key |
///   value  | ends at, microseconds since the epoch, 8 bytes | RememberedAnswer of idl/weir/stored.thrift, compact |
class remembered_answers {
 public:
  static family_options family_needed() { return {.name = "requests", .looked_up = true, .expires = true}; }
  explicit remembered_answers(const store& in) : requests_(in.find("requests")) {}

  /// As the batch sees it; nothing if there is none or its time is over. Error: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<remembered_answer>> find(const store::batch& in, std::string_view identity,
                                                              std::string_view key, timestamp now) const;

  void remember(store::batch& in, std::string_view identity, std::string_view key, const remembered_answer& answer,
                timestamp now) const;

 private:
  family requests_;
};

}  // namespace weir
