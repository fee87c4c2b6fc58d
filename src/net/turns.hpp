#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include "net/task.hpp"

namespace weir::net {

/// The right to do one piece of long work. Only turn_queue makes one. Work that a client can make long takes one for each
/// piece, and ends the piece once the turn is over. So a function that takes a turn by value cannot be called in a loop
/// that starves other connections.
class turn {
 public:
  turn(turn&&) = default;
  turn& operator=(turn&&) = default;
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

  [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() >= until_; }

 private:
  friend class turn_queue;
  explicit turn(std::chrono::steady_clock::time_point until) : until_(until) {}
  std::chrono::steady_clock::time_point until_;
};

/// Shares one thread between short work and long work.
///
/// Order:        short work is what the thread does on its own: accepting connections, reading requests, answering them.
///               Between two looks for short work, turns are given for one length of a turn, and at least one turn if
///               anything waits. A conversation's first turn does not wait for all further turns of others: the two kinds
///               alternate.
/// Cost:         without waiters and short of one length, a turn is given at once.
/// Concurrency:  used on the thread of its executor.
/// Lifetime:     what waits for a turn is destroyed with the queue.
class turn_queue {
 public:
  enum class rank { first, further };

  turn_queue(const executor& on, std::chrono::microseconds length) : executor_(on), length_(length) {}
  turn_queue(const turn_queue&) = delete;
  turn_queue& operator=(const turn_queue&) = delete;
  ~turn_queue();

  [[nodiscard]] task<turn> next(rank of);

 private:
  struct waiter {
    virtual ~waiter() = default;
    virtual void resume() = 0;
  };
  template <class Handler>
  struct suspended final : waiter {
    explicit suspended(Handler from) : handler(std::move(from)) {}
    void resume() override { std::move(handler)(); }
    Handler handler;
  };

  [[nodiscard]] auto wait(rank of) {
    return boost::asio::async_initiate<decltype(boost::asio::deferred), void()>(
        [](auto&& handler, std::deque<std::unique_ptr<waiter>>& into) {
          using stored = suspended<std::decay_t<decltype(handler)>>;
          into.push_back(std::make_unique<stored>(std::forward<decltype(handler)>(handler)));
        },
        boost::asio::deferred, std::ref(waiting_[static_cast<std::size_t>(of)]));
  }
  [[nodiscard]] bool has_waiters() const { return !waiting_[0].empty() || !waiting_[1].empty(); }
  [[nodiscard]] std::unique_ptr<waiter> take_next();
  void begin_round();
  void end_round();

  executor executor_;
  const std::chrono::microseconds length_;
  std::array<std::deque<std::unique_ptr<waiter>>, 2> waiting_;  ///< by rank
  std::size_t next_rank_ = 0;
  bool in_round_ = false;
  std::chrono::steady_clock::time_point round_until_;
};

}  // namespace weir::net
