#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>

#include "engine/promotion.hpp"
#include "engine/submission.hpp"

namespace weir {

/// A submission and the handler that waits for its outcome.
struct pending {
  submission work;
  boost::asio::any_completion_handler<void(outcome)> done;
};

/// The outcome of a submission, not yet passed to its handler.
struct finished {
  boost::asio::any_completion_handler<void(outcome)> done;
  outcome how;
};

/// Calls the waiting handlers with their outcomes, in order, each on its own executor. Handlers of one executor are
/// posted together: waking a thread once per batch costs less than once per command.
void tell(std::vector<finished> all);

/// The submissions that wait for the sequencer, in order. Bounded by the number of their commands: a submission that
/// does not fit is not taken. Many threads push; one takes.
class command_queue {
 public:
  explicit command_queue(std::size_t commands_max) : commands_max_(commands_max) {}

  enum class pushed { yes, full, closed };
  /// Moves from `one` only if the result is `yes`.
  [[nodiscard]] pushed push(pending& one);

  /// The same for work that can wait: full as soon as half of the queue is used. The other half stays free for callers
  /// that send one command at a time.
  [[nodiscard]] pushed offer(pending& one);
  /// Calls `ready`, on its own executor, once an offer may succeed or the queue is closed.
  void await_room(boost::asio::any_completion_handler<void()> ready);

  /// Asks the thread that takes to promote a view between two batches. False if the queue is closed: then it is not
  /// done.
  [[nodiscard]] bool push(promotion one);

  struct taken {
    std::vector<promotion> promotions;  ///< to be done first
    std::vector<pending> submissions;
    [[nodiscard]] bool empty() const { return promotions.empty() && submissions.empty(); }
  };
  /// Waits for submissions or promotions. Takes all promotions, and submissions from the front with at most
  /// `commands_max` commands together (or one larger submission). If more than a few wait, it takes at most half of the
  /// sum of those that wait and those taken last time: most callers send again when they are answered, so one half
  /// arrives while the other is written. Nothing once the queue is closed and empty.
  [[nodiscard]] taken take(std::size_t commands_max);

  /// Accepts nothing more; what is queued can still be taken.
  void close();

  [[nodiscard]] std::size_t commands() const;

 private:
  [[nodiscard]] pushed push(pending& one, std::size_t commands_max);
  [[nodiscard]] bool roomy() const { return commands_ == 0 || commands_ < commands_max_ / 2; }

  const std::size_t commands_max_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<pending> waiting_;
  std::vector<boost::asio::any_completion_handler<void()>> for_room_;
  std::vector<promotion> promotions_;
  std::size_t commands_ = 0;
  std::size_t taken_last_ = 0;  ///< commands
  bool closed_ = false;
};

}  // namespace weir
