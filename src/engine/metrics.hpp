#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "domain/catalog.hpp"

namespace weir {

/// The engine's metrics for Prometheus.
class engine_metrics {
 public:
  engine_metrics(prometheus::Registry& registry, const catalog& domains);

  /// Counts a finished command by its outcome.
  enum class ending { accepted, replayed, refused, mismatched, key_reused, overloaded, unavailable, faulty, damaged };
  void count(const command_type& type, ending how) { ends_.at(&type)[static_cast<std::size_t>(how)]->Increment(); }

  prometheus::Histogram& batch_submissions;
  prometheus::Histogram& commit_seconds;
  prometheus::Gauge& queued_commands;
  prometheus::Gauge& head_position;
  prometheus::Gauge& cached_aggregates;
  prometheus::Counter& erasures;

 private:
  static constexpr std::size_t endings = 9;
  std::unordered_map<const command_type*, std::vector<prometheus::Counter*>> ends_;
};

}  // namespace weir
