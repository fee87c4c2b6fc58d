#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "base/limits.hpp"
#include "engine/engine.hpp"

namespace weir::api {

/// An event as subscribers get it.
struct encoded_event {
  weir::position position;
  weir::sequence sequence;
  history_mark mark;
  std::string stream;
  std::string type;
  std::string json;  ///< the RecordedEvent
};

/// The mark of a position that the log has given. Errors: those of history::mark_at(); errc::corrupt if there is none.
[[nodiscard]] result<history_mark> marked(history& by, position which);

/// The last events of the event log, encoded once for all subscribers of one thread: at the head all need the same
/// events.
///
/// Memory:       limits::recent_events_max events and about limits::recent_events_bytes_max bytes.
/// Concurrency:  used on one thread.
class recent_events {
 public:
  explicit recent_events(const engine& of) : engine_(of), marks_(of.history()) {}

  /// Whether all events after `after` up to `until`, which is not beyond the head, are here; reads new ones first. If
  /// not, `after` is too far back: read them from the engine. Errors: those of the engine and of
  /// append_recorded_event().
  [[nodiscard]] result<bool> reach(position after, position until);

  /// One of those that reach() found here.
  [[nodiscard]] const encoded_event& at(position which) const {
    return events_[which.value - events_.front().position.value];
  }

 private:
  void forget();

  const engine& engine_;
  history marks_;
  std::deque<encoded_event> events_;  ///< of positions without a gap
  std::size_t bytes_ = 0;
  std::uint64_t erasures_ = 0;  ///< of the engine, when the events were read
};

}  // namespace weir::api
