#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "log/log_identity.hpp"
#include "store/store.hpp"

namespace weir {

/// The only durable truth; everything else can be rebuilt from it.
///
/// Order:        commits are numbered 1, 2, 3, ... in the order in which they were appended; so are the positions of
///               their events, without a gap.
/// Fence:        each commit names the commit that it continues (why_void()). A commit that does not continue the head
///               is refused, and changes nothing.
/// Durability:   append() returns after the commit is durable. Once the outcome of an append() is unknown, every later
///               one fails until the event log is reopened.
/// Concurrency:  one caller of append() at a time; any number of readers, from any thread. A reader sees a commit
///               whole, once it is durable.
class commit_log {
 public:
  virtual ~commit_log() = default;

  /// What append() has written.
  enum class written {
    commit,           ///< the commit; `rows` are unchanged; the caller must write them
    commit_and_rows,  ///< both in one write: the event log is in the same store as the rows
  };

  /// Appends a commit. `rows`: the commit's changes in the state (state/), for an event log that can write both
  /// together; moved from then. Errors: errc::stale if the commit does not continue the head; errc::outcome_unknown if
  /// it is unknown whether it was written.
  [[nodiscard]] virtual result<written> append(const sealed_commit& one, store::batch& rows) = 0;

  /// The bytes of the commits after that number, in order: at most `limit`, and no more once they reach `bytes_max`
  /// together. Errors: errc::corrupt, errc::io.
  [[nodiscard]] virtual result<std::vector<std::string>> read(std::uint64_t after, std::size_t limit,
                                                              std::size_t bytes_max) const = 0;

  /// The same as read(), but waits for a first commit until the deadline, also for one of another writer.
  [[nodiscard]] virtual result<std::vector<std::string>> tail(std::uint64_t after, std::size_t limit,
                                                              std::size_t bytes_max,
                                                              std::chrono::steady_clock::time_point deadline) const = 0;

  [[nodiscard]] virtual log_head head() const = 0;

  /// Which log it is. It does not change.
  [[nodiscard]] virtual const log_identity& identity() const = 0;
};

}  // namespace weir
