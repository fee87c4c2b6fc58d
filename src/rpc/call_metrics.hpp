#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace weir::rpc {

/// The outcome of a call.
enum class ending {
  answered,
  refused,
  invalid,
  sequence_mismatch,
  key_reused,
  overloaded,
  unavailable,
  internal,
  unknown_method,
  malformed,
  unauthenticated,
  forbidden,
};
inline constexpr std::size_t endings = 12;

/// sequence_mismatch for ending::sequence_mismatch, and so on.
[[nodiscard]] const char* name_of(ending how);

/// The metrics of calls for Prometheus, by method and outcome. From any thread.
class call_metrics {
 public:
  /// Calls of an unknown method are counted under "none".
  call_metrics(prometheus::Registry& registry, std::vector<std::string> methods);

  /// `method`: an index of the methods, or their number for none.
  void count(std::size_t method, ending how, std::chrono::nanoseconds took);

 private:
  struct series {
    prometheus::Counter& calls;
    prometheus::Histogram& seconds;
  };
  /// Made when first needed: most outcomes of most methods never occur.
  [[nodiscard]] series& series_of(std::size_t method, ending how);

  std::vector<std::string> methods_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  std::mutex mutex_;
  std::vector<std::atomic<series*>> places_;
  std::vector<std::unique_ptr<series>> made_;
};

}  // namespace weir::rpc
