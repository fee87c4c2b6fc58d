#pragma once

#include <any>
#include <cstddef>
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

struct query_answer {
  struct refused {
    const schema::structure* exception;
    std::string bytes;
  };
  std::variant<std::string, refused> value;  ///< compact bytes of the answer, or the refusal
  weir::position reflects;                   ///< everything up to here is in it
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
  /// The families it needs in the store: of remembered answers, and of each projection's rows
  /// (`view.<name>.<version>`).
  static std::vector<family_options> families(const catalog& domains);

  /// Reads where the log stands. Error: errc::corrupt, errc::io.
  static result<std::unique_ptr<engine>> open(weir::store& store, weir::journal& journal, const weir::catalog& catalog,
                                              prometheus::Registry& metrics, engine_options options = {});
  ~engine();

  /// Decodes a command's compact bytes (which came through the codec) and finds its stream.
  /// Error errc::invalid if the stream's name would be longer than limits::stream_name_bytes_max.
  [[nodiscard]] result<order> prepare(const command_type& type, std::string_view compact,
                                      expectation expected = {}) const;

  /// Carries out a submission; `done` is called exactly once, on its own executor.
  void submit(submission work, boost::asio::any_completion_handler<void(outcome)> done);

  /// The same for coroutines, which resume on their own executor. Cancellation does not reach a submission once made.
  [[nodiscard]] boost::asio::awaitable<outcome> execute(submission work);

  /// Answers a query from one consistent moment of the views. Error: errc::corrupt, errc::io.
  [[nodiscard]] result<query_answer> answer(const query_type& query, std::string_view compact) const;

  /// A stream's head; nothing if it does not exist.
  [[nodiscard]] result<std::optional<stream_head>> head_of(std::string_view stream) const;

  /// Events of one stream: forward those with sequence >= from, backward those <= from; at most `limit`.
  [[nodiscard]] result<event_page> read_stream(std::string_view stream, weir::sequence from, std::size_t limit,
                                               direction way) const;

  /// Events of the whole log after a position; at most `limit`.
  [[nodiscard]] result<event_page> read_log(weir::position after, std::size_t limit) const;

  /// The log's last event that is on disk and visible to every read.
  [[nodiscard]] weir::position head() const;

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
