#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>

#include "engine/promotion.hpp"
#include "engine/submission.hpp"

namespace weir {

/// A submission and who waits for it.
struct pending {
  submission work;
  boost::asio::any_completion_handler<void(outcome)> done;
};

/// A submission's end, not yet told to who waits for it.
struct finished {
  boost::asio::any_completion_handler<void(outcome)> done;
  outcome how;
};

/// Calls the waiting handlers with their outcomes, in order, each on its own executor. Those of one executor go there
/// together: to wake a thread once a batch costs less than once a command.
void tell(std::vector<finished> all);

/// Submissions on their way to the sequencer, in order. Bounded by the commands in them: a submission that does not fit
/// is handed back. Many may push; one takes.
class command_queue {
 public:
  explicit command_queue(std::size_t commands_max) : commands_max_(commands_max) {}

  enum class pushed { yes, full, closed };
  /// Takes `one` only if the answer is yes.
  [[nodiscard]] pushed push(pending& one);

  /// The same for work that can wait: full is as soon as half of the room is taken, so that who asks for one command at
  /// a time finds the other half.
  [[nodiscard]] pushed offer(pending& one);
  /// Calls `ready` once an offer may be taken, or the queue is closed; on its own executor.
  void await_room(boost::asio::any_completion_handler<void()> ready);

  /// Has a view promoted between two batches, on the thread that takes. False if the queue is closed: then it is not
  /// done.
  [[nodiscard]] bool push(promotion one);

  struct taken {
    std::vector<promotion> promotions;  ///< to be done first
    std::vector<pending> submissions;
    [[nodiscard]] bool empty() const { return promotions.empty() && submissions.empty(); }
  };
  /// Waits for submissions or promotions, and takes all promotions and the submissions at the front, with at most
  /// `commands_max` commands together (or one larger submission). Of more than a few it takes at most half of those
  /// that wait and were taken last time together: callers mostly ask again when they are answered, so that while one
  /// half is written the other comes up. Nothing once the queue is closed and empty.
  [[nodiscard]] taken take(std::size_t commands_max);

  /// Takes nothing in any more; what is in can still be taken.
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
