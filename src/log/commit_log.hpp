#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "store/store.hpp"

namespace weir {

/// The only durable truth; everything else can be made of it again.
///
/// Order:        commits are numbered 1, 2, 3, ... in the order in which they were appended; so are the positions of
///               their events, without a gap.
/// Fence:        a commit says itself what it goes on from (why_void()). One that does not go on from the log's head is
///               refused, and changes nothing.
/// Durability:   append() returns after the commit is durable. Once the outcome of one is unknown, every later one
///               fails until the log has been opened again.
/// Concurrency:  one caller of append() at a time; any number of readers, from any thread. A reader sees a commit
///               whole, once it is durable.
class commit_log {
 public:
  virtual ~commit_log() = default;

  /// What append() has written.
  enum class written {
    commit,           ///< the commit; `rows` are as they were, and are the caller's to write
    commit_and_rows,  ///< both in one write: the log is kept in the rows' own store
  };

  /// Appends a commit. `rows`: what the commit changes in the state (state/), for a
  /// log that can write them with it; spent then. Errors: errc::stale if the commit does not go on from the head;
  /// errc::outcome_unknown if nobody knows whether it was written.
  [[nodiscard]] virtual result<written> append(const sealed_commit& one, store::batch& rows) = 0;

  /// The bytes of commits after the one of that number, in order: at most `limit`, and no further ones once they have
  /// `bytes_max` together. Errors: errc::corrupt, errc::io.
  [[nodiscard]] virtual result<std::vector<std::string>> read(std::uint64_t after, std::size_t limit,
                                                              std::size_t bytes_max) const = 0;

  /// The same as read(), waiting for a first one until the deadline: also for commits that somebody else appends.
  [[nodiscard]] virtual result<std::vector<std::string>> tail(std::uint64_t after, std::size_t limit,
                                                              std::size_t bytes_max,
                                                              std::chrono::steady_clock::time_point deadline) const = 0;

  [[nodiscard]] virtual log_head head() const = 0;
};

}  // namespace weir
