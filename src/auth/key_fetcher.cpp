#include "auth/key_fetcher.hpp"

#include <algorithm>
#include <utility>

namespace weir::auth {

key_fetcher::key_fetcher(dependencies with, pace at) : with_(std::move(with)), pace_(at) {
  next_ = with_.now();
  thread_ = std::thread([this] { run(); });
}

key_fetcher::~key_fetcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_up_.notify_all();
  with_.cancel();
  thread_.join();
}

bool key_fetcher::want() {
  const std::lock_guard lock(mutex_);
  if (fetching_ || wanted_) return true;
  if (with_.now() - ended_ < pace_.cool_down) return false;
  wanted_ = true;
  wake_up_.notify_all();
  return true;
}

void key_fetcher::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_up_.wait_for(lock, next_ - with_.now(), [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    wanted_ = false;
    fetching_ = true;
    lock.unlock();
    const bool good = with_.take(with_.fetch());
    lock.lock();
    fetching_ = false;
    ended_ = with_.now();
    next_ = ended_ + pause_after(good);
  }
}

std::chrono::milliseconds key_fetcher::pause_after(bool good) {
  failures_ = good ? 0 : failures_ + 1;
  if (good) return pace_.refresh;
  constexpr unsigned doublings_max = 6;
  return std::min(pace_.refresh, pace_.cool_down * (1 << std::min(failures_ - 1, doublings_max)));
}

}  // namespace weir::auth
