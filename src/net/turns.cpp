#include "net/turns.hpp"

#include <boost/asio/post.hpp>

namespace weir::net {

using std::chrono::steady_clock;

turn_queue::~turn_queue() {
  // What is destroyed may hold the last reference to others that wait.
  while (has_waiters()) take_next().reset();
}

task<turn> turn_queue::next(rank of) {
  const bool at_once = !has_waiters() && (!in_round_ || steady_clock::now() < round_until_);
  if (!at_once) {
    if (!in_round_) begin_round();
    co_await wait(of);
  } else if (!in_round_) {
    begin_round();
  }
  co_return turn(steady_clock::now() + length_);
}

std::unique_ptr<turn_queue::waiter> turn_queue::take_next() {
  if (waiting_[next_rank_].empty()) next_rank_ = 1 - next_rank_;
  auto& from = waiting_[next_rank_];
  next_rank_ = 1 - next_rank_;
  std::unique_ptr<waiter> next = std::move(from.front());
  from.pop_front();
  return next;
}

/// The io_context runs what is posted after it has looked at all sockets once more.
void turn_queue::begin_round() {
  in_round_ = true;
  round_until_ = steady_clock::now() + length_;
  boost::asio::post(executor_, [this] { end_round(); });
}

void turn_queue::end_round() {
  in_round_ = false;
  if (!has_waiters()) return;
  begin_round();
  do {
    take_next()->resume();
  } while (has_waiters() && steady_clock::now() < round_until_);
}

}  // namespace weir::net
