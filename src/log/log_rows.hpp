#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "log/commit.hpp"
#include "log/format.hpp"
#include "store/store.hpp"

namespace weir {

enum class direction { forward, backward };

/// Events of the event log, and the last position that was read, including events that were not wanted.
struct log_part {
  std::vector<stored_event> events;
  position last;
};

/// When an event was recorded, and when the first one of its stream was.
struct event_times {
  timestamp stream_created_at, recorded_at;
};

/// The event log as rows of a store: the families `commits`, `events`, `positions` and `streams` (log/format.hpp).
///
/// Concurrency:  every function from any thread.
/// Lifetime:     the store outlives it.
class log_rows {
 public:
  /// The families it needs in the store.
  static std::vector<family_options> families();

  explicit log_rows(const store& in);

  /// Adds a commit's rows to a batch. `times`: of its events, in their order.
  void put(store::batch& into, const sealed_commit& one, std::span<const event_times> times) const;

  /// Adds the commit alone: its events exist already.
  void put_frame(store::batch& into, const sealed_commit& one) const;

  /// The end of the log. Errors: errc::corrupt if the last commit and the last position do not end together, or the
  /// last position names no event; errc::io.
  [[nodiscard]] result<log_head> head() const;

  /// The bytes of the commits after number `after` up to number `last`, which must exist: at most `limit`, and no more
  /// once they reach `bytes_max` together. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::vector<std::string>> read_commits(std::uint64_t after, std::uint64_t last,
                                                              std::size_t limit, std::size_t bytes_max) const;

  /// A stream's last sequence and times; nothing if it does not exist.
  [[nodiscard]] result<std::optional<format::stream_times>> head_of(std::string_view stream) const;

  /// At most `limit` events of a stream: forward those with sequence >= from, backward those <= from, in that order.
  [[nodiscard]] result<std::vector<stored_event>> read_stream(std::string_view stream, sequence from, std::size_t limit,
                                                              direction way) const;

  /// At most `limit` events after a position up to `end`, which must exist, in order: of streams of one category ("":
  /// of all). Reads at most `looked_at_max` positions. A skipped position costs no read of its event.
  [[nodiscard]] result<log_part> scan(position after, position end, std::string_view category, std::size_t limit,
                                      std::size_t looked_at_max) const;

  /// The last commit, and the last position: the parts of head(). Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<log_head> last_commit() const;
  [[nodiscard]] result<position> last_position() const;

 private:
  const store& store_;
  family commits_, events_, positions_, streams_;
};

}  // namespace weir
