#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace weir::backup {

/// Whether the work is to end early. `stop` may be null: then it never is.
[[nodiscard]] inline bool is_stopped(const std::atomic<bool>* stop) { return stop != nullptr && *stop; }

/// Waits until then, or until the work is to end early: false. A signal handler may set `stop`, which can wake nobody;
/// so it is looked at every 50 ms.
[[nodiscard]] inline bool wait_until(std::chrono::steady_clock::time_point then, const std::atomic<bool>* stop) {
  constexpr std::chrono::steady_clock::duration step = std::chrono::milliseconds(50);
  while (!is_stopped(stop)) {
    const auto left = then - std::chrono::steady_clock::now();
    if (left.count() <= 0) return true;
    std::this_thread::sleep_for(std::min(left, step));
  }
  return false;
}

/// The same for so long.
[[nodiscard]] inline bool wait_for(std::chrono::steady_clock::duration how_long, const std::atomic<bool>* stop) {
  return wait_until(std::chrono::steady_clock::now() + how_long, stop);
}

}  // namespace weir::backup
