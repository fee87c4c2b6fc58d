#pragma once

#include <prometheus/collectable.h>

namespace weir {

/// What the operating system knows of this process, looked up when asked for, under the names that Prometheus' own
/// client libraries use: `process_cpu_seconds_total`, `process_open_fds`, `process_max_fds`,
/// `process_resident_memory_bytes`, `process_virtual_memory_bytes`, `process_start_time_seconds` and `process_threads`.
/// One that cannot be looked up is left out.
class process_metrics : public prometheus::Collectable {
 public:
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace weir
