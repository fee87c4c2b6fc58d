#include "engine/command_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/system_executor.hpp>

namespace weir {

namespace {

/// Fewer commands are not divided: a sync for each half would cost more than it gains.
constexpr std::size_t undivided_commands = 8;

using executor = boost::asio::any_completion_executor;

/// The work of one executor: a move-only function object that calls the handlers.
struct calls {
  std::vector<finished> all;
  void operator()() {
    for (finished& one : all) std::move(one.done)(std::move(one.how));
  }
};

void tell(std::vector<boost::asio::any_completion_handler<void()>> all) {
  for (auto& one : all) {
    const executor where = boost::asio::get_associated_executor(one, boost::asio::system_executor());
    boost::asio::prefer(where, boost::asio::execution::blocking.never).execute(std::move(one));
  }
}

}  // namespace

void tell(std::vector<finished> all) {
  // Few executors: one per thread of a server.
  std::vector<std::pair<executor, std::vector<finished>>> groups;
  for (finished& one : all) {
    const executor where = boost::asio::get_associated_executor(one.done, boost::asio::system_executor());
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& known) { return known.first == where; });
    if (group == groups.end()) group = groups.insert(groups.end(), {where, std::vector<finished>{}});
    group->second.push_back(std::move(one));
  }
  for (auto& [where, handlers] : groups) {
    // Never in place: this thread must start the next batch.
    boost::asio::prefer(where, boost::asio::execution::blocking.never).execute(calls{std::move(handlers)});
  }
}

command_queue::pushed command_queue::push(pending& one) { return push(one, commands_max_); }

command_queue::pushed command_queue::offer(pending& one) { return push(one, commands_max_ / 2); }

void command_queue::await_room(boost::asio::any_completion_handler<void()> ready) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && !roomy()) {
      for_room_.push_back(std::move(ready));
      return;
    }
  }
  std::vector<boost::asio::any_completion_handler<void()>> one;
  one.push_back(std::move(ready));
  tell(std::move(one));
}

command_queue::pushed command_queue::push(pending& one, std::size_t commands_max) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return pushed::closed;
    // A submission larger than the whole queue is accepted when nothing else waits: otherwise it never could be.
    if (commands_ != 0 && commands_ + one.work.commands.size() > commands_max) return pushed::full;
    commands_ += one.work.commands.size();
    waiting_.push_back(std::move(one));
  }
  filled_.notify_one();
  return pushed::yes;
}

bool command_queue::push(promotion one) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    promotions_.push_back(std::move(one));
  }
  filled_.notify_one();
  return true;
}

command_queue::taken command_queue::take(std::size_t commands_max) {
  taken all;
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return !waiting_.empty() || !promotions_.empty() || closed_; });
  const std::size_t half = (taken_last_ + commands_) / 2;
  const std::size_t wanted = std::min(commands_max, std::max(half, undivided_commands));
  std::size_t commands = commands_;
  if (commands <= wanted) {
    all.submissions.swap(waiting_);
  } else {
    auto end = waiting_.begin();
    for (commands = 0; end != waiting_.end(); ++end) {
      const std::size_t more = end->work.commands.size();
      if (end != waiting_.begin() && commands + more > wanted) break;
      commands += more;
    }
    // Into new vectors: to move one handler onto another would not end, in Boost 1.81.
    const auto moved = [](auto from, auto to) {
      return std::vector<pending>(std::make_move_iterator(from), std::make_move_iterator(to));
    };
    all.submissions = moved(waiting_.begin(), end);
    waiting_ = moved(end, waiting_.end());
  }
  commands_ -= commands;
  if (commands > 0) taken_last_ = commands;  // a promotion between two batches says nothing of the callers
  all.promotions.swap(promotions_);
  auto ready = roomy() ? std::exchange(for_room_, {}) : decltype(for_room_){};
  lock.unlock();
  tell(std::move(ready));
  return all;
}

void command_queue::close() {
  decltype(for_room_) ready;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ready = std::exchange(for_room_, {});
  }
  filled_.notify_all();
  tell(std::move(ready));
}

std::size_t command_queue::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

}  // namespace weir
