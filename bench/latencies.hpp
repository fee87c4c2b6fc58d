#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::bench {

using clock = std::chrono::steady_clock;

/// Processor time of this process so far, in seconds: whether a load is what is slow.
[[nodiscard]] double processor_seconds();

/// How long each of many things took. Each is kept, so that percentiles are exact.
class latencies {
 public:
  void add(std::chrono::nanoseconds took) { microseconds_.push_back(static_cast<double>(took.count()) / 1e3); }
  [[nodiscard]] std::size_t count() const { return microseconds_.size(); }

  /// `"p50_us": 1.5, ...`, the members of a JSON object.
  [[nodiscard]] std::string json();

 private:
  std::vector<double> microseconds_;
};

}  // namespace weir::bench
