#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// A stored event; log/recorded_event.hpp defines its bytes.
struct stored_event {
  std::string stream;
  weir::sequence sequence;
  std::string bytes;
  bool operator==(const stored_event&) const = default;
};

/// The result of one command.
struct command_result {
  std::string stream;
  weir::sequence sequence;  ///< the stream's last event now
  weir::position
      position;  ///< the last event of this command; if it changed nothing, of the stream (0: it does not exist)
  bool operator==(const command_result&) const = default;
};

/// The answer to a submission that had an idempotency key.
struct idempotent_answer {
  std::string caller;  ///< the name; idempotency keys are per caller
  std::string key;
  std::string fingerprint;  ///< SHA-256 over the submission's commands
  std::vector<command_result> results;
  position first, last;  ///< of the events written; first > last if none were
  timestamp expires_at;
  bool operator==(const idempotent_answer&) const = default;
};

/// A subject of personal data and the number of its key.
struct keyed_subject {
  std::string subject;
  std::uint64_t key = 0;
  bool operator==(const keyed_subject&) const = default;
};

/// What one batch adds to the event log: everything that cannot be computed again.
///
/// The event log is the sequence of its commits. A commit counts only if it continues the one before it: see
/// why_void(). So the storage below needs to give order and durability only.
struct commit {
  std::uint64_t number = 0;  ///< 1, 2, 3, ... without a gap
  std::uint64_t epoch = 0;   ///< of the leader that wrote it
  position first;            ///< of its first event; without events, the position that the next event will have
  std::string previous;      ///< hash of the commit before it; no_commit_hash() in the first
  timestamp committed_at;    ///< its events were not recorded later; events of later commits not earlier
  std::vector<stored_event> events;
  std::vector<idempotent_answer> answers;
  std::vector<keyed_subject> subjects;  ///< that have personal values for the first time, by ascending keys
  std::vector<keyed_subject> erasures;  ///< whose personal values are erased

  /// The event log's last position after this commit.
  [[nodiscard]] position last() const { return {first.value + events.size() - 1}; }
  bool operator==(const commit&) const = default;
};

/// The end of an event log: what the next commit must continue.
struct log_head {
  std::uint64_t number = 0;  ///< of the last commit
  std::uint64_t epoch = 0;
  position last;
  std::string hash;  ///< of the last commit's bytes; no_commit_hash() of an empty log
  timestamp committed_at;
  bool operator==(const log_head&) const = default;
};

/// 32 zero bytes: the `previous` of the first commit.
[[nodiscard]] const std::string& no_commit_hash();

/// The head of an empty event log.
[[nodiscard]] log_head empty_log();

/// A commit with its bytes and their SHA-256. The bytes: struct StoredCommit of idl/weir/stored.thrift, compact
/// protocol; equal for equal commits.
struct sealed_commit {
  commit value;
  std::string bytes;
  std::string hash;

  /// The head of a log that ends with this commit.
  [[nodiscard]] log_head head() const { return {value.number, value.epoch, value.last(), hash, value.committed_at}; }
};

[[nodiscard]] sealed_commit seal(commit one);

/// Reads a commit from its bytes. Error errc::corrupt if they are not a commit.
[[nodiscard]] result<sealed_commit> read_commit(std::string bytes);

/// "" if a commit continues a head: its number and its first position are the next ones, its previous hash is the
/// head's, and neither its epoch nor its time is older. Otherwise the commit is void: the reason, in a sentence.
[[nodiscard]] std::string why_void(const commit& one, const log_head& after);

}  // namespace weir
