#pragma once

#include <prometheus/collectable.h>

namespace weir {

/// The operating system's data about this process, read at each scrape, under the names that Prometheus' own client
/// libraries use: `process_cpu_seconds_total`, `process_open_fds`, `process_max_fds`, `process_resident_memory_bytes`,
/// `process_virtual_memory_bytes`, `process_start_time_seconds` and `process_threads`. A value that cannot be read is
/// left out.
class process_metrics : public prometheus::Collectable {
 public:
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace weir
