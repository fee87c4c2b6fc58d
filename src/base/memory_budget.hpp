#pragma once

#include <atomic>
#include <cstddef>

namespace weir {

/// A limit on the memory that many holders have together, on any threads. It outlives its shares.
class memory_budget {
 public:
  /// What each holder may have uncounted: only a share that holds more counts.
  static constexpr std::size_t uncounted_bytes = 16u << 10;

  explicit memory_budget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  memory_budget(const memory_budget&) = delete;
  memory_budget& operator=(const memory_budget&) = delete;

  [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }
  /// Bytes that the shares hold together. May exceed bytes_max(): see share::hold().
  [[nodiscard]] std::size_t held() const { return held_.load(std::memory_order_relaxed); }

  /// The part of one holder; returned to the budget by the destructor.
  ///
  /// Concurrency:  used by one thread at a time.
  class share {
   public:
    explicit share(memory_budget& of) : of_(of) {}
    share(const share&) = delete;
    share& operator=(const share&) = delete;
    ~share() { hold(0); }

    /// Changes what it holds to `bytes`. False if the budget has not enough left: then it holds what it held before.
    /// Holding less always succeeds. Counted in steps, so that small changes cost nothing. `spare`: bytes that must be
    /// left for others.
    [[nodiscard]] bool try_hold(std::size_t bytes, std::size_t spare = 0);
    /// Changes what it holds to `bytes`, even beyond the limit: for what can no longer be refused.
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
