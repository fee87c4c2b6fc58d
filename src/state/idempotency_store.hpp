#pragma once

#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "store/store.hpp"

namespace weir {

/// Answers under the caller's name and idempotency key, until they expire: in the family `requests`.
///
///   key    | caller's name | 0x00 | idempotency key |
///   value  | ends at, microseconds since the epoch, 8 bytes | StoredAnswer of idl/weir/stored.thrift, compact |
class idempotency_store {
 public:
  static family_options family_needed() { return {.name = "requests", .looked_up = true, .expires = true}; }
  explicit idempotency_store(const store& in) : requests_(in.find("requests")) {}

  /// The answer as the batch sees it; nothing if there is none or it has expired. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<idempotent_answer>> find(const store::batch& in, std::string_view caller,
                                                              std::string_view key, timestamp now) const;

  void put(store::batch& in, const idempotent_answer& answer) const;

 private:
  family requests_;
};

}  // namespace weir
