#pragma once

#include <cstdint>

#include <benchmark/benchmark.h>

namespace weir::bench {

/// Counts what all threads allocate while it lives, and shows it beside the times: `allocations` and `bytes`, of one
/// item each.
class allocations {
 public:
  explicit allocations(benchmark::State& state, std::int64_t items_of_an_iteration = 1);
  ~allocations();
  allocations(const allocations&) = delete;
  allocations& operator=(const allocations&) = delete;

  /// Between these neither time nor memory counts.
  void pause();
  void resume();

 private:
  benchmark::State& state_;
  std::int64_t items_;
  std::uint64_t count_, bytes_;  ///< that were there before, or do not count
  std::uint64_t paused_count_ = 0, paused_bytes_ = 0;
};

}  // namespace weir::bench
