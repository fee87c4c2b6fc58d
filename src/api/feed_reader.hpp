#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "api/recent_events.hpp"
#include "engine/engine.hpp"
#include "net/turns.hpp"

namespace weir::api {

/// The format of events in an answer.
enum class feed_form { members, lines, server_sent };

/// Which events are wanted.
struct feed_scope {
  std::string stream;   ///< "": of the whole log
  event_filter wanted;  ///< of the whole log
};

/// The sequence of a stream's first event after a position; if there is none yet, the sequence after the last one.
[[nodiscard]] result<sequence> first_after(const engine& of, std::string_view stream, position which);

/// Reads the event log, or one stream of it, and writes the wanted events as JSON: near the head from the shared
/// recent_events, further back from disk. It keeps only its position.
///
/// Order:        of positions; each event once.
/// Lifetime:     the engine and the recent events outlive it.
class feed_reader {
 public:
  /// Starts after a position; for a stream, `next` may give the sequence to continue with, if it is known.
  feed_reader(const engine& of, recent_events& recent, feed_scope scope, position after,
              std::optional<sequence> next = std::nullopt);

  /// The last position read, including events that were not wanted.
  [[nodiscard]] position reached() const { return reached_; }

  /// reached() as an id: with its mark. Errors: those of history::mark_at().
  [[nodiscard]] result<std::string> id();

  [[nodiscard]] const engine& of() const { return engine_; }

  /// Appends further events up to position `until`, which is not beyond the head: at most `events_max`, and none once
  /// the text has `bytes_max`, or once the turn is over. Returns their number. If it is 0 and reached() is not `until`
  /// yet, call it again with another turn: a filter left out many events. Errors: those of the engine and of
  /// append_recorded_event().
  [[nodiscard]] result<std::size_t> read(net::turn mine, std::string& text, feed_form form, std::size_t events_max,
                                         std::size_t bytes_max, position until);

 private:
  [[nodiscard]] std::size_t read_recent(std::string& text, feed_form form, std::size_t events_max,
                                        std::size_t bytes_max, position until);
  [[nodiscard]] result<std::size_t> read_log(const net::turn& mine, std::string& text, feed_form form,
                                             std::size_t events_max, std::size_t bytes_max, position until);
  [[nodiscard]] result<std::size_t> read_stream(std::string& text, feed_form form, std::size_t events_max,
                                                std::size_t bytes_max, position until);
  [[nodiscard]] bool wants(const encoded_event& event) const;
  /// How many events most likely fill the text up to `bytes_max`: what is read beyond that is read for nothing.
  [[nodiscard]] std::size_t events_for(std::size_t text_bytes, std::size_t bytes_max) const {
    return (bytes_max - std::min(text_bytes, bytes_max)) / event_bytes_ + 1;
  }
  void learn_size(std::size_t bytes, std::size_t events) {
    if (events > 0) event_bytes_ = bytes / events + 1;
  }
  [[nodiscard]] result<> append(std::string& text, feed_form form, const recorded_event& event);

  const engine& engine_;
  recent_events& recent_;
  feed_scope scope_;
  position reached_;
  history marks_;
  std::optional<sequence> next_;   ///< of the stream
  std::size_t event_bytes_ = 256;  ///< of an event as text, by the last ones: how many are read at once follows from it
};

}  // namespace weir::api
