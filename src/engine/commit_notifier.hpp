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
/// Cost:         telling is one post for each watcher that has none on its way: commits in quick succession are told
///               once.
/// Concurrency:  every function from any thread.
/// Lifetime:     watchers may outlive it; they are then never called.
class commit_notifier {
 public:
  class watcher;

  /// Has `tell` called on `where` soon after each commit, until the handle is gone. It must be let go on `where` too,
  /// or `tell` may be running. Once it is gone, `where` is not used any more.
  [[nodiscard]] std::shared_ptr<watcher> watch(boost::asio::any_completion_executor where, std::function<void()> tell);

  /// A commit has been applied, or a view has moved on.
  void tell();

  /// How often it was told. With it a thread waits: for more than it had seen, or until the time is up.
  [[nodiscard]] std::uint64_t times() const;
  void wait_for_more_than(std::uint64_t seen, std::chrono::steady_clock::time_point until) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable told_;
  std::uint64_t times_ = 0;
  std::vector<std::shared_ptr<watcher>> watchers_;
};

}  // namespace weir
