#include "engine/growth.hpp"

#include <atomic>

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/prefer.hpp>

namespace weir {

class growth::watcher {
 public:
  watcher(boost::asio::any_completion_executor on, std::function<void()> call)
      : where(std::move(on)), tell(std::move(call)) {}

  boost::asio::any_completion_executor where;
  std::function<void()> tell;
  std::atomic<bool> on_its_way = false;
};

std::shared_ptr<growth::watcher> growth::watch(boost::asio::any_completion_executor where, std::function<void()> tell) {
  auto made = std::make_shared<watcher>(std::move(where), std::move(tell));
  const std::lock_guard lock(mutex_);
  std::erase_if(watchers_, [](const std::weak_ptr<watcher>& one) { return one.expired(); });
  watchers_.push_back(made);
  return made;
}

void growth::tell() {
  const std::lock_guard lock(mutex_);
  ++times_;
  grown_.notify_all();
  for (const std::weak_ptr<watcher>& one : watchers_) {
    const auto listening = one.lock();
    if (!listening || listening->on_its_way.exchange(true)) continue;
    boost::asio::prefer(listening->where, boost::asio::execution::blocking.never).execute([one] {
      const auto still_listening = one.lock();
      if (!still_listening) return;
      // Before the call: what grows while it looks is told anew.
      still_listening->on_its_way = false;
      still_listening->tell();
    });
  }
}

std::uint64_t growth::times() const {
  const std::lock_guard lock(mutex_);
  return times_;
}

void growth::wait_for_more_than(std::uint64_t seen, std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mutex_);
  grown_.wait_until(lock, until, [&] { return times_ > seen; });
}

}  // namespace weir
