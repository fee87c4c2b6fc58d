#include "rpc/call_metrics.hpp"

#include <array>

namespace weir::rpc {
namespace {

constexpr std::array<const char*, endings> names{"answered",       "refused",    "invalid",         "sequence_mismatch",
                                                 "key_reused",     "overloaded", "unavailable",     "internal",
                                                 "unknown_method", "malformed",  "unauthenticated", "forbidden"};
static_assert(static_cast<std::size_t>(ending::forbidden) + 1 == endings);

const prometheus::Histogram::BucketBoundaries latency_bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                             0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};

}  // namespace

const char* name_of(ending how) { return names[static_cast<std::size_t>(how)]; }

call_metrics::call_metrics(prometheus::Registry& registry, std::vector<std::string> methods)
    : methods_(std::move(methods)),
      calls_(prometheus::BuildCounter()
                 .Name("weir_rpc_calls_total")
                 .Help("Calls by method and outcome")
                 .Register(registry)),
      seconds_(prometheus::BuildHistogram()
                   .Name("weir_rpc_call_duration_seconds")
                   .Help("Time from a call's last byte to its answer")
                   .Register(registry)),
      places_((methods_.size() + 1) * endings) {
  methods_.emplace_back("none");
}

void call_metrics::count(std::size_t method, ending how, std::chrono::nanoseconds took) {
  series& here = series_of(method, how);
  here.calls.Increment();
  here.seconds.Observe(std::chrono::duration<double>(took).count());
}

call_metrics::series& call_metrics::series_of(std::size_t method, ending how) {
  auto& place = places_[method * endings + static_cast<std::size_t>(how)];
  if (series* here = place.load(std::memory_order_acquire)) return *here;
  const std::lock_guard lock(mutex_);
  if (series* here = place.load(std::memory_order_relaxed)) return *here;
  const prometheus::Labels labels{{"method", methods_[method]}, {"outcome", name_of(how)}};
  made_.push_back(std::make_unique<series>(series{calls_.Add(labels), seconds_.Add(labels, latency_bounds)}));
  place.store(made_.back().get(), std::memory_order_release);
  return *made_.back();
}

}  // namespace weir::rpc
