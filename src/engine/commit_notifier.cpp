#include "engine/commit_notifier.hpp"

#include <atomic>

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/prefer.hpp>

namespace weir {

class commit_notifier::watcher {
 public:
  watcher(boost::asio::any_completion_executor on, std::function<void()> call)
      : where(std::move(on)), tell(std::move(call)) {}

  const boost::asio::any_completion_executor where;
  const std::function<void()> tell;
  std::atomic<bool> on_its_way = false;
  std::mutex mutex;  ///< held while `where` is used
  std::atomic<bool> gone = false;
};

std::shared_ptr<commit_notifier::watcher> commit_notifier::watch(boost::asio::any_completion_executor where,
                                                                 std::function<void()> tell) {
  auto made = std::make_shared<watcher>(std::move(where), std::move(tell));
  const std::lock_guard lock(mutex_);
  std::erase_if(watchers_, [](const std::shared_ptr<watcher>& one) { return one->gone.load(); });
  watchers_.push_back(made);
  // The handle does not own the watcher: its end takes effect at once, even while others use the watcher.
  watcher* const handle = made.get();
  return {handle, [made = std::move(made)](watcher*) {
            const std::lock_guard used(made->mutex);
            made->gone = true;
          }};
}

void commit_notifier::tell() {
  const std::lock_guard lock(mutex_);
  ++times_;
  told_.notify_all();
  for (const std::shared_ptr<watcher>& one : watchers_) {
    const std::lock_guard used(one->mutex);
    if (one->gone || one->on_its_way.exchange(true)) continue;
    boost::asio::prefer(one->where, boost::asio::execution::blocking.never).execute([one] {
      if (one->gone) return;
      // Reset before the call: a commit during the call is told again.
      one->on_its_way = false;
      one->tell();
    });
  }
}

std::uint64_t commit_notifier::times() const {
  const std::lock_guard lock(mutex_);
  return times_;
}

void commit_notifier::wait_for_more_than(std::uint64_t seen, std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mutex_);
  told_.wait_until(lock, until, [&] { return times_ > seen; });
}

}  // namespace weir
