#include "engine/command_queue.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/dispatch.hpp>

namespace weir {

void finish(pending one, outcome how) {
  boost::asio::dispatch(boost::asio::append(std::move(one.done), std::move(how)));
}

command_queue::pushed command_queue::push(pending& one) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return pushed::closed;
    // A submission larger than the whole queue is let in when nothing else waits: it could never be otherwise.
    if (commands_ != 0 && commands_ + one.work.orders.size() > commands_max_) return pushed::full;
    commands_ += one.work.orders.size();
    waiting_.push_back(std::move(one));
  }
  filled_.notify_one();
  return pushed::yes;
}

std::vector<pending> command_queue::take(std::size_t commands_max) {
  std::vector<pending> taken;
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return !waiting_.empty() || closed_; });
  std::size_t commands = 0;
  while (!waiting_.empty()) {
    const std::size_t more = waiting_.front().work.orders.size();
    if (!taken.empty() && commands + more > commands_max) break;
    commands += more;
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  commands_ -= commands;
  return taken;
}

void command_queue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
}

std::size_t command_queue::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

}  // namespace weir
