#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

namespace weir {

/// Thrown where a verification is to end early. Not a std::exception, so that no handler takes it for an error.
struct verification_stopped {};

/// How far a verification is: `done` of about `total` steps.
struct verification_progress {
  std::uint64_t done = 0, total = 0;
  std::uint64_t events = 0;  ///< read so far
};

/// Keeps the speed of reading below a limit, tells how far it is, and ends it when asked to.
///
/// Concurrency:  every function from any thread.
class pace {
 public:
  using clock = std::chrono::steady_clock;

  /// `bytes_per_second`: 0 for no limit. `tell` is called a few times a second, by one thread at a time.
  pace(std::uint64_t bytes_per_second, std::stop_token stop, std::function<void(const verification_progress&)> tell)
      : bytes_per_second_(bytes_per_second), stop_(std::move(stop)), tell_(std::move(tell)), began_(clock::now()) {}

  void expect(std::uint64_t steps) { total_ += steps; }

  /// After bytes were read: waits if that was too fast. Throws verification_stopped.
  void read(std::uint64_t bytes);
  /// After some steps of what was expected. Throws verification_stopped.
  void advance(std::uint64_t steps);
  void read_events(std::uint64_t count) { events_ += count; }

  void check() const {
    if (stop_.stop_requested()) throw verification_stopped{};
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_.load(); }

 private:
  const std::uint64_t bytes_per_second_;
  const std::stop_token stop_;
  const std::function<void(const verification_progress&)> tell_;
  const clock::time_point began_;
  std::atomic<std::uint64_t> total_ = 0, done_ = 0, bytes_ = 0, events_ = 0;
  std::mutex telling_;
  clock::time_point next_{};  ///< guarded by telling_
};

}  // namespace weir
