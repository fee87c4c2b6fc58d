#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"
#include "log/format.hpp"
#include "store/store.hpp"

namespace weir {

/// One event to be written. What the bytes mean is the engine's affair.
struct record {
  weir::position position;
  std::string stream;
  weir::sequence sequence;
  timestamp stream_created_at;
  timestamp recorded_at;
  std::string bytes;
};

/// One event as it was read.
struct stored_record {
  std::string stream;
  weir::sequence sequence;
  std::string bytes;
};

enum class direction { forward, backward };

/// Events of the log, and how far was looked for them: also past what was not wanted.
struct log_part {
  std::vector<stored_record> records;
  position last;
};

/// The only durable truth; everything else can be rebuilt from it.
///
/// Order:        positions are 1, 2, 3, ... in commit order, without a gap; sequences are so within each stream.
/// Durability:   commit() returns after the sync. Once one has failed, every later one fails.
/// Atomicity:    records and the effects given with them are there together or not at all.
/// Concurrency:  one writer; any number of readers, from any thread. A reader sees a commit whole, once it is durable.
/// Lifetime:     outlives every cursor it handed out.
class journal {
 public:
  virtual ~journal() = default;

  /// Writes records, which go on from last() and from their streams' heads, and `effects` (rows, remembered answers) in
  /// the same write. `effects` is spent afterwards. Errors: errc::outcome_unknown, whatever the cause: after a failed
  /// write or sync nobody knows what is on disk.
  [[nodiscard]] virtual result<> commit(std::span<const record> records, store::batch& effects) = 0;

  /// The last position written; 0 if there is none.
  [[nodiscard]] virtual position last() const = 0;

  /// A stream's last sequence and times; nothing if it does not exist.
  [[nodiscard]] virtual result<std::optional<format::stream_times>> head_of(std::string_view stream) const = 0;

  /// At most `limit` events of a stream: forward those with sequence >= from, backward those <= from, in that order.
  [[nodiscard]] virtual result<std::vector<stored_record>> read_stream(std::string_view stream, sequence from,
                                                                       std::size_t limit, direction way) const = 0;

  /// At most `limit` events after a position, in order.
  [[nodiscard]] virtual result<std::vector<stored_record>> read_log(position after, std::size_t limit) const = 0;

  /// The same, of streams of one category only ("": of all), looking at no more than `looked_at_max` positions. What it
  /// passes over costs no read of the event.
  [[nodiscard]] virtual result<log_part> scan_log(position after, std::string_view category, std::size_t limit,
                                                  std::size_t looked_at_max) const = 0;
};

}  // namespace weir
