#pragma once

#include <atomic>
#include <cstddef>

namespace weir {

/// How many bytes many holders may have in memory together, on any threads. It outlives its shares.
class memory_budget {
 public:
  /// What each holder has for itself: it counts only if it holds more.
  static constexpr std::size_t uncounted_bytes = 16u << 10;

  explicit memory_budget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  memory_budget(const memory_budget&) = delete;
  memory_budget& operator=(const memory_budget&) = delete;

  [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }
  /// What the shares hold together. May be more than bytes_max(): see share::hold().
  [[nodiscard]] std::size_t held() const { return held_.load(std::memory_order_relaxed); }

  /// What one holder has of it; nothing any more at its end.
  ///
  /// Concurrency:  used by one thread at a time.
  class share {
   public:
    explicit share(memory_budget& of) : of_(of) {}
    share(const share&) = delete;
    share& operator=(const share&) = delete;
    ~share() { hold(0); }

    /// Holds so many bytes from now on, in place of what it held, if there are so many; else keeps what it held.
    /// What is less than it held there always is. Counted in steps, so that small changes cost nothing. `spare`: that
    /// must be left for others.
    [[nodiscard]] bool try_hold(std::size_t bytes, std::size_t spare = 0);
    /// Holds so many bytes from now on whether or not there are so many: for what cannot be refused any more.
    void hold(std::size_t bytes);

   private:
    memory_budget& of_;
    std::size_t bytes_ = 0;
  };

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> held_{0};
};

}  // namespace weir
