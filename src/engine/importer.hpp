#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "engine/batch_in_progress.hpp"
#include "log/commit_log.hpp"
#include "log/recorded_event.hpp"
#include "state/applied_state.hpp"

namespace weir {

/// Imports events of another event log as they were recorded: with their positions, ids and times, and in old forms
/// too.
///
/// Order:        an event must continue the event log and its stream, and be recorded no earlier than the one before
///               it. If its position exists already, the stored event must be the same byte for byte; then it is
///               skipped. So an interrupted import is simply started again, and another history is refused.
/// Atomicity:    events are written many at a time, with the rows of the inline views. The events of one command are
///               written together (unless it exceeds limits::import_commit_events or import_commit_bytes).
/// Durability:   added events are on disk once commit() has returned.
/// Memory:       one commit's events and rows.
/// Concurrency:  one thread, and no other writer on the store.
/// Lifetime:     the arguments of open() outlive it.
class importer {
 public:
  /// Errors: as view_registry::open.
  static result<std::unique_ptr<importer>> open(commit_log& log, applied_state& state);

  /// Adds an event, after settle_command(); may commit those before it. Errors: errc::invalid with what was expected:
  /// this event is not added; those before it are. If a projection throws (errc::invalid too) or the store cannot be
  /// read, everything not yet committed is dropped. errc::outcome_unknown as commit().
  [[nodiscard]] result<> add(const recorded_event& event);

  /// Writes what was added. Error: errc::outcome_unknown, after which no commit succeeds.
  [[nodiscard]] result<> commit();

  /// The same without the events of the last command, which may be incomplete: they are dropped.
  [[nodiscard]] result<> commit_whole_commands();

  /// How many events were added, and how many were skipped because they existed. Counted once they are committed.
  [[nodiscard]] std::uint64_t imported() const { return state_.last().value - began_at_.value; }
  [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }
  /// The event log's last position.
  [[nodiscard]] position last() const { return state_.last(); }

 private:
  importer(commit_log& log, applied_state& state);
  [[nodiscard]] batch_in_progress next_batch() const;
  void begin_anew();
  [[nodiscard]] result<> pass_over(const recorded_event& event);
  [[nodiscard]] result<bool> is_the_same(const stored_event& there, const recorded_event& event) const;
  [[nodiscard]] result<recorded_event> sealed(const recorded_event& event);
  [[nodiscard]] result<stored_event> stored_at(position at);
  [[nodiscard]] result<> check(const recorded_event& event, const format::stream_times& end) const;
  [[nodiscard]] result<format::stream_times> end_of(const std::string& stream) const;
  [[nodiscard]] bool is_full_before(const recorded_event& event) const;
  [[nodiscard]] result<> take(const recorded_event& clear, format::stream_times end);
  [[nodiscard]] result<> apply(const recorded_event& event);

  commit_log& log_;
  applied_state& state_;
  const position began_at_;
  batch_in_progress batch_;
  std::string command_;  ///< of the batch's last event
  /// The batch before that command's first event; its changes have a mark there.
  struct boundary {
    std::size_t events = 0, bytes = 0, subjects = 0;
    position last;
    timestamp last_recorded;
  };
  boundary whole_;
  std::unordered_map<std::string, format::stream_times> ends_;  ///< of the streams in the batch
  std::vector<stored_event> there_;                             ///< a part of the event log, to compare with
  position there_after_;                                        ///< where that part begins
  std::uint64_t passed_over_ = 0;
};

}  // namespace weir
