#pragma once

#include <any>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/limits.hpp"
#include "base/numbers.hpp"
#include "engine/domain.hpp"
#include "engine/growth.hpp"
#include "engine/recorded_event.hpp"
#include "journal/journal.hpp"

namespace prometheus {
class Registry;
}

namespace weir {

/// What the stream of a command must be like for the command to be decided at all.
struct expectation {
  enum class kind { anything, exists, absent, at };
  kind is = kind::anything;
  weir::sequence at{};  ///< for kind::at
};

/// One command, decoded, checked and addressed.
struct order {
  const command_type* type;
  std::string stream;
  std::any command;  ///< the generated struct
  expectation expected;
};

/// Commands that are carried out together: all of them or none.
struct submission {
  std::vector<order> orders;  ///< 1 to limits::group_commands_max
  origin from;
  std::optional<std::string> idempotency_key;  ///< of this caller; kept apart by origin::actor
  bool want_events = false;                    ///< whether the acceptance shall hold the events
};

/// Everything is on disk.
struct acceptance {
  struct item {
    std::string stream;
    weir::sequence sequence;  ///< the stream's last event now
    weir::position position;  ///< the last event of this command; if it changed nothing, the log's last event
  };
  std::vector<item> results;           ///< one for each order
  bool replayed = false;               ///< the remembered answer to an idempotency key
  std::vector<recorded_event> events;  ///< if wanted; of all orders, in order
};

/// Nothing was written, for one of these reasons.
struct refused {
  std::size_t index;                   ///< of the order
  const schema::structure* exception;  ///< its name is the code
  std::string bytes;                   ///< its compact bytes
};
struct sequence_mismatch {
  std::size_t index;
  std::string stream;
  expectation expected;
  weir::sequence actual;  ///< 0: the stream does not exist
};
struct key_reused {};  ///< the idempotency key stands for another command
struct overloaded {};  ///< the queue is full: try again later
struct unavailable {
  bool outcome_unknown;  ///< whether it may have been written all the same
  std::string detail;    ///< for the log; nothing from it is for clients
};
struct faulty {  ///< decide, evolve or a projection threw: a fault of the domain, in the log under its trace
  std::string detail;
};

using outcome = std::variant<acceptance, refused, sequence_mismatch, key_reused, overloaded, unavailable, faulty>;

struct stream_head {
  weir::sequence sequence;
  timestamp created_at, updated_at;
};

struct event_page {
  std::vector<recorded_event> events;
  bool more = false;  ///< whether there are further events in that direction
};

/// Which events of the log are wanted.
struct event_filter {
  std::string category;                 ///< of their streams; "": any
  std::vector<std::string_view> types;  ///< any of these; none: all. The texts outlive the filter
};

/// Events of the whole log. Whoever goes on after `last` misses nothing that the filter wants.
struct log_page {
  std::vector<recorded_event> events;
  position last;  ///< how far was read, also past what the filter left out
};

/// A moment of a stream: after its n-th event, or as it stood at a time.
using moment = std::variant<sequence, timestamp>;

struct query_answer {
  struct refused {
    const schema::structure* exception;
    std::string bytes;
  };
  std::variant<std::string, refused> value;  ///< compact bytes of the answer, or the refusal
  weir::position reflects;                   ///< everything up to here is in it
};

/// How a projection stands.
struct projection_status {
  std::string name, domain;
  int version;
  bool async;
  position head;                     ///< of the log
  std::optional<position> reflects;  ///< up to where queries see the log; nothing if there are no rows to answer from
  /// Rows that are being built, to take the place of those that answer.
  struct making {
    position reached;
    double events_per_second = 0;
    std::optional<double> seconds_left;
  };
  std::optional<making> being_built;
  /// It cannot go on, and stands before this event.
  struct failure {
    position at;
    std::string cause;
    unsigned attempts = 0;
    timestamp retry_at;
  };
  std::optional<failure> failed;
};

/// In a word: `failing`; `building` (or catching up); `live`: every commit keeps it up with the log; `following`: it is
/// async.
[[nodiscard]] std::string_view state_of(const projection_status& of);

/// A query on its way to being answered from a stream's events: fold() until it says true, then answer(). In pieces, so
/// that a long stream does not hold up the thread. Outlived by the engine.
class look_back {
 public:
  class implementation;
  explicit look_back(std::unique_ptr<implementation> made);
  look_back(look_back&&) noexcept;
  ~look_back();

  /// Folds at most `events_max` further events; whether all are folded. Errors: errc::corrupt, errc::io; errc::invalid
  /// if the rows would take more than limits::folded_rows_bytes_max.
  [[nodiscard]] result<bool> fold(std::size_t events_max);

  /// The answer; it reflects the position of the last event folded.
  [[nodiscard]] result<query_answer> answer() const;

 private:
  std::unique_ptr<implementation> implementation_;
};

struct engine_options {
  std::size_t queued_commands_max = limits::queued_commands_max;
  std::size_t batch_commands_max = limits::batch_commands_max;
  std::size_t batch_bytes_max = limits::batch_bytes_max;
  std::size_t cached_aggregates_max = limits::cached_aggregates_max;
};

/// Commands in, events and views out.
///
/// Order:        commands are carried out one after another, in the order of submission; each sees all before it.
/// Durability:   an acceptance is given only once its events, rows and idempotency record are on disk, in one write.
/// Failure:      after a failed write nothing more is accepted until the process has been started again; reads go on.
/// Concurrency:  every function may be called from any thread; decide, evolve and projections run on one thread of the
/// engine. Lifetime:     the store, the journal and the catalog outlive it. stop() carries out what waits, then
/// refuses.
class engine {
 public:
  /// The families it needs in the store, of remembered answers and of snapshots. It makes those of the views itself
  /// (`view.<name>.<version>`).
  static std::vector<family_options> families();

  /// Reads where the log and the views stand, and begins to build the views that are not there. Errors: errc::corrupt,
  /// errc::io, errc::outcome_unknown.
  static result<std::unique_ptr<engine>> open(weir::store& store, weir::journal& journal, const weir::catalog& catalog,
                                              prometheus::Registry& metrics, engine_options options = {});
  ~engine();

  /// Decodes a command's compact bytes (which came through the codec) and finds its stream.
  /// Error errc::invalid if the stream's name would be longer than limits::stream_name_bytes_max.
  [[nodiscard]] result<order> prepare(const command_type& type, std::string_view compact,
                                      expectation expected = {}) const;

  /// Carries out a submission; `done` is called exactly once, on its own executor.
  void submit(submission work, boost::asio::any_completion_handler<void(outcome)> done);

  /// The same for work that can wait, while other callers leave half of the queue free. False: there is no room now,
  /// and both are as they were; await_room() tells when another try makes sense. What is taken keeps its order.
  [[nodiscard]] bool offer(submission& work, boost::asio::any_completion_handler<void(outcome)>& done);
  void await_room(boost::asio::any_completion_handler<void()> ready);

  /// The same as submit() for coroutines, which resume on their own executor. Cancellation does not reach a submission
  /// once made.
  [[nodiscard]] boost::asio::awaitable<outcome> execute(submission work);

  /// Answers a query from one consistent moment of the views. Errors: errc::unavailable if a view that it needs is
  /// being built and there is none to answer from meanwhile; errc::corrupt, errc::io.
  [[nodiscard]] result<query_answer> answer(const query_type& query, std::string_view compact) const;

  /// A stream's head; nothing if it does not exist.
  [[nodiscard]] result<std::optional<stream_head>> head_of(std::string_view stream) const;

  /// Events of one stream: forward those with sequence >= from, backward those <= from; at most `limit`.
  [[nodiscard]] result<event_page> read_stream(std::string_view stream, weir::sequence from, std::size_t limit,
                                               direction way) const;

  /// Events of the whole log after a position that the filter wants: at most `limit`, looking at
  /// limits::scanned_events_max at most, and no further once their stored bytes are `bytes_max`. So a page may be short
  /// or empty although there is more; then go on after its `last`.
  [[nodiscard]] result<log_page> read_log(weir::position after, std::size_t limit, const event_filter& wanted = {},
                                          std::size_t bytes_max = std::numeric_limits<std::size_t>::max()) const;

  /// Has `tell` called on `where` soon after the log has grown, until the handle is gone; let it go on `where`. A
  /// handful of watchers at most, one for each thread that has readers who wait.
  [[nodiscard]] std::shared_ptr<growth::watcher> watch(boost::asio::any_completion_executor where,
                                                       std::function<void()> tell);

  /// Begins a query of one stream (its struct has a @stream), to be answered as it was at a moment: from the stream's
  /// events up to there, through the projections' own code. Errors: errc::unavailable while events of that time may
  /// still come, for a millisecond or so; errc::invalid for a time to come; errc::not_found if the stream did not exist
  /// then or has not come that far (the details of both are for clients); errc::corrupt, errc::io.
  [[nodiscard]] result<look_back> look_back_at(const query_type& query, std::string_view compact, moment when) const;

  /// The log's last event that is on disk and visible to every read.
  [[nodiscard]] weir::position head() const;

  /// How each projection stands, in the order of the domains.
  [[nodiscard]] std::vector<projection_status> projections() const;

  /// Builds a projection's rows anew beside those that serve, which they replace when they are as far. Returns once
  /// that has begun. Errors: errc::not_found; errc::in_use if it is being built already; errc::unavailable while
  /// stopping; errc::io.
  [[nodiscard]] result<> rebuild(std::string_view projection);

  /// Whether commands are taken; if not, why, in a sentence.
  [[nodiscard]] std::optional<std::string> why_not_accepting() const;

  [[nodiscard]] const weir::catalog& domains() const;

  /// Carries out all that waits, then refuses further commands. Returns when that is done.
  void stop();

 private:
  class implementation;
  explicit engine(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir
