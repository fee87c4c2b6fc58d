#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace weir {

/// What a submission with an idempotency key came to, as it is stored.
struct stored_answer {
  struct item {
    std::string stream;
    weir::sequence sequence;
    weir::position position;
  };
  std::string fingerprint;  ///< SHA-256 over the submission's commands
  std::vector<item> results;
  position first, last;  ///< of the events written; first > last if none were
};

/// The family `requests`: answers under the caller's identity and key, until limits::idempotency_memory has passed.
///
///   key    | identity | 0x00 | idempotency key |
///   value  | ends at, microseconds since the epoch, 8 bytes | RememberedAnswer of idl/weir/stored.thrift, compact |
class idempotency_store {
 public:
  static family_options family_needed() { return {.name = "requests", .looked_up = true, .expires = true}; }
  explicit idempotency_store(const store& in) : requests_(in.find("requests")) {}

  /// As the batch sees it; nothing if there is none or its time is over. Error: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<stored_answer>> find(const store::batch& in, std::string_view identity,
                                                              std::string_view key, timestamp now) const;

  void remember(store::batch& in, std::string_view identity, std::string_view key, const stored_answer& answer,
                timestamp now) const;

 private:
  family requests_;
};

}  // namespace weir
