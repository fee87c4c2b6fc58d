#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>

#include "base/limits.hpp"
#include "domain/catalog.hpp"
#include "engine/commit_notifier.hpp"
#include "engine/engine_options.hpp"
#include "engine/point_in_time_query.hpp"
#include "engine/projection_status.hpp"
#include "engine/reads.hpp"
#include "engine/submission.hpp"
#include "log/commit_log.hpp"
#include "log/history.hpp"
#include "state/applied_state.hpp"

namespace prometheus {
class Registry;
}

namespace weir {

/// Commands in, events and views out.
///
/// Order:        commands are carried out one after another, in the order of submission; each sees the effects of all
///               earlier ones.
/// Durability:   a command is acknowledged only once its events, rows and idempotency answer are on disk, in one write.
/// Failure:      after a failed write no command is accepted until the process is restarted; reads continue. On a full
///               disk commands are refused before anything is written, until there is space.
/// Identity:     every command and every query has a caller; the domain gets it.
/// Concurrency:  every function may be called from any thread. The sequencer's thread runs decide, evolve and inline
///               projections; a thread for each follower runs the projection that it follows or builds; a query runs on
///               its caller's thread.
/// Lifetime:     the log, the state and its catalog outlive it. stop() carries out what is queued, then refuses.
class engine {
 public:
  /// Begins to build missing views. The state must have applied the event log up to its head. Errors: errc::corrupt,
  /// errc::io, errc::outcome_unknown.
  static result<std::unique_ptr<engine>> open(commit_log& log, applied_state& state, prometheus::Registry& metrics,
                                              engine_options options = {});
  ~engine();

  /// Decodes a command's compact bytes (which came through the codec) and finds its stream.
  /// Error errc::invalid if the stream's name would be longer than limits::stream_name_bytes_max.
  [[nodiscard]] result<addressed_command> prepare(const command_type& type, std::string_view compact,
                                                  expectation expected = {}) const;

  /// Carries out a submission; `done` is called exactly once, on its own executor.
  void submit(submission work, boost::asio::any_completion_handler<void(outcome)> done);

  /// The same for work that can wait: it uses half of the queue only, so that other callers find room. False: there is
  /// no room now, and both arguments are unchanged; await_room() says when to try again. Accepted submissions keep
  /// their order.
  [[nodiscard]] bool offer(submission& work, boost::asio::any_completion_handler<void(outcome)>& done);
  void await_room(boost::asio::any_completion_handler<void()> ready);

  /// Answers a query from one consistent snapshot of the views. Errors: errc::unavailable if a view that it needs is
  /// being built and there are no old rows to answer from; errc::corrupt, errc::io.
  [[nodiscard]] result<query_answer> answer(const query_type& query, std::string_view compact, const caller& by) const;

  /// The same, but stops with nothing if it reads more than `rows_max` rows.
  [[nodiscard]] result<std::optional<query_answer>> answer_within(const query_type& query, std::string_view compact,
                                                                  const caller& by, std::size_t rows_max) const;

  /// A stream's head; nothing if it does not exist.
  [[nodiscard]] result<std::optional<stream_head>> head_of(std::string_view stream) const;

  /// Events of one stream: forward those with sequence >= from, backward those <= from; at most `limit`.
  [[nodiscard]] result<event_page> read_stream(std::string_view stream, weir::sequence from, std::size_t limit,
                                               direction way) const;

  /// Events of the whole event log after a position that match the filter: at most `limit`. Reads at most `scanned_max`
  /// events, and stops once the stored bytes of the matches reach `bytes_max`. So a page may be short or empty although
  /// there is more: then continue after its `last`.
  [[nodiscard]] result<log_page> read_log(weir::position after, std::size_t limit, const event_filter& wanted = {},
                                          std::size_t bytes_max = std::numeric_limits<std::size_t>::max(),
                                          std::size_t scanned_max = limits::scanned_events_max) const;

  /// Calls `tell` on `where` soon after a commit was applied, until the handle is destroyed; destroy it on `where`. For
  /// few watchers: one for each thread with waiting readers.
  [[nodiscard]] std::shared_ptr<commit_notifier::watcher> watch(boost::asio::any_completion_executor where,
                                                                std::function<void()> tell);

  /// Begins a point-in-time query of one stream (its struct has a @stream): the stream's events up to that moment are
  /// folded by the projections' own code. Errors: errc::unavailable while events of that time may still be recorded
  /// (about a millisecond); errc::invalid for a time in the future; errc::not_found if the stream did not exist then or
  /// is not at that sequence yet (the details of both are for clients); errc::corrupt, errc::io.
  [[nodiscard]] result<point_in_time_query> query_as_of(const query_type& query, std::string_view compact, moment when,
                                                        std::shared_ptr<const caller> by) const;

  /// The last event of the event log that is on disk and visible to every read.
  [[nodiscard]] weir::position head() const;

  /// Which event log it is, and the marks of its positions.
  [[nodiscard]] const log_identity& log() const;
  [[nodiscard]] weir::history history() const;

  /// The end of the event log that every read sees.
  [[nodiscard]] log_head log_end() const;

  /// The bytes of the commits after that number, in order: at most `limit`, and no more once they reach `bytes_max`
  /// together. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::vector<std::string>> read_commits(std::uint64_t after, std::size_t limit,
                                                              std::size_t bytes_max) const;

  /// The status of each projection, in the order of the domains.
  [[nodiscard]] std::vector<projection_status> projections() const;

  /// Starts to build new rows of a projection beside those that serve; the new rows replace the old ones once they have
  /// caught up. Errors: errc::not_found; errc::in_use if it is being built already; errc::unavailable while stopping;
  /// errc::io.
  [[nodiscard]] result<> rebuild(std::string_view projection);

  /// The reason why commands are not accepted, in a sentence; nothing if they are.
  [[nodiscard]] std::optional<std::string> why_not_accepting() const;

  /// Grows with each erasure: who keeps events in clear gives them up then.
  [[nodiscard]] std::uint64_t erasures() const;
  /// A write has failed: no command is accepted until the process is restarted.
  [[nodiscard]] bool needs_restart() const;

  /// The store, for what it says of its disk.
  [[nodiscard]] const weir::store& data() const;

  [[nodiscard]] const weir::catalog& domains() const;

  /// Carries out all queued commands and refuses further ones. Returns when that is done.
  void stop();

 private:
  void erase_again();

  class implementation;
  explicit engine(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir
