#pragma once

#include <vector>

#include "log/commit.hpp"
#include "weir/stored_types.h"

/// Parts of a commit as the structs of idl/weir/stored.thrift.
namespace weir {

[[nodiscard]] stored::StoredAnswer to_stored_answer(const idempotent_answer& one);
[[nodiscard]] stored::StoredCommitAnswer to_stored(const idempotent_answer& one);
[[nodiscard]] std::vector<idempotent_answer> from_stored(std::vector<stored::StoredCommitAnswer> answers);
[[nodiscard]] stored::StoredSubject to_stored(const keyed_subject& one);
[[nodiscard]] std::vector<keyed_subject> from_stored(const std::vector<stored::StoredSubject>& subjects);

/// Fills in the members that a StoredAnswer holds: not caller, key and time.
void read_stored_answer(stored::StoredAnswer in, idempotent_answer& out);

/// The value of a commit in the family `commits`.
[[nodiscard]] std::string frame_of(const sealed_commit& one);

/// A commit's frame, read back.
struct commit_frame {
  commit without_events;
  std::uint64_t events = 0;
  std::string hash;

  /// The head of a log that ends with this commit.
  [[nodiscard]] log_head head() const;
};
[[nodiscard]] result<commit_frame> read_frame(std::uint64_t number, std::string_view value);

}  // namespace weir
