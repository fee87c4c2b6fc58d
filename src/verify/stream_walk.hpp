#pragma once

#include <cstdint>
#include <vector>

#include "base/numbers.hpp"
#include "verify/verification.hpp"

namespace weir {

/// Walks through the events in the order of their streams: sequences, stream heads, snapshots, and that no position
/// belongs to two events.
class stream_walk {
 public:
  /// `last`: the last position of the log.
  stream_walk(const verification& of, position last);

  void run();

  [[nodiscard]] std::uint64_t streams() const { return streams_read_; }
  [[nodiscard]] std::uint64_t snapshots() const { return snapshots_read_; }

 private:
  struct stream;
  void event(stream& in, std::string_view key, std::string_view bytes, sequence number);
  void begin(stream& in);
  void end(const stream& in);
  void check_head(const stream& in);
  void pass_over_heads(std::string_view before);
  void pass_over_snapshots(std::string_view before);
  void fold(stream& in, std::string_view bytes, sequence number);
  [[nodiscard]] bool go_on_behind_damage(store::cursor& events, const stream& in);

  const verification& of_;
  const position last_;
  store::cursor heads_, snapshots_;
  std::vector<bool> seen_;  ///< positions that an event has
  std::uint64_t streams_read_ = 0, snapshots_read_ = 0;
  std::uint64_t stepped_over_ = 0;
};

}  // namespace weir
