#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/any_completion_executor.hpp>

namespace weir {

/// Tells those who follow the event log that a commit has been applied.
///
/// Cost:         tell() posts once to each watcher that has no post pending: commits in quick succession are told once.
/// Concurrency:  every function from any thread.
/// Lifetime:     watchers may outlive it; they are then never called.
class commit_notifier {
 public:
  class watcher;

  /// Calls `tell` on `where` soon after each commit, until the handle is destroyed. Destroy it on `where`, or `tell`
  /// may still be running. After that, `where` is not used any more.
  [[nodiscard]] std::shared_ptr<watcher> watch(boost::asio::any_completion_executor where, std::function<void()> tell);

  /// Call this after a commit was applied or a view has advanced.
  void tell();

  /// How often tell() was called. A thread waits with it: until more calls than it had seen, or until the time is up.
  [[nodiscard]] std::uint64_t times() const;
  void wait_for_more_than(std::uint64_t seen, std::chrono::steady_clock::time_point until) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable told_;
  std::uint64_t times_ = 0;
  std::vector<std::shared_ptr<watcher>> watchers_;
};

}  // namespace weir
