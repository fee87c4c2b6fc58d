#include "verify/pace.hpp"

#include <condition_variable>

namespace weir {
namespace {

constexpr std::chrono::milliseconds telling_interval{200};

}  // namespace

void pace::read(std::uint64_t bytes) {
  check();
  const std::uint64_t all = bytes_ += bytes;
  if (bytes_per_second_ == 0) return;
  const auto due = began_ + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(
                                static_cast<double>(all) / static_cast<double>(bytes_per_second_)));
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  // Only the end of the time or a stop ends this wait.
  static_cast<void>(never.wait_until(lock, stop_, due, [] { return false; }));
  check();
}

void pace::advance(std::uint64_t steps) {
  check();
  done_ += steps;
  if (!tell_) return;
  const std::unique_lock lock(telling_, std::try_to_lock);
  if (!lock) return;
  const auto now = clock::now();
  if (now < next_) return;
  next_ = now + telling_interval;
  tell_({done_.load(), total_.load(), events_.load()});
}

}  // namespace weir
