#include "server/backup_metrics.hpp"

#include <prometheus/metric_family.h>

namespace weir {

std::vector<prometheus::MetricFamily> backup_metrics::Collect() const {
  std::vector<prometheus::MetricFamily> all;
  const auto add = [&](const char* name, const char* help, prometheus::MetricType type, double value) {
    prometheus::ClientMetric metric;
    metric.gauge.value = metric.counter.value = value;
    all.push_back({name, help, type, {metric}});
  };
  constexpr auto gauge = prometheus::MetricType::Gauge, counter = prometheus::MetricType::Counter;
  const backup::service::status now = service_.state();
  add("weir_backup_running", "1 while a backup is made or taken by a client", gauge,
      now.running_since || now.copy ? 1 : 0);
  add("weir_backups_total", "Backups since the start that were completed", counter, static_cast<double>(now.successes));
  add("weir_backup_failures_total", "Backups since the start that failed", counter, static_cast<double>(now.failures));
  add("weir_backup_last_pause_seconds", "How long writes waited for the last backup", gauge, now.last_pause_seconds);
  if (!now.last) return all;
  const backup::service::success& last = *now.last;
  add("weir_backup_last_success_timestamp_seconds", "When the last backup was complete, since 1970-01-01", gauge,
      std::chrono::duration<double>(last.ended_at.time_since_epoch()).count());
  add("weir_backup_last_position", "The last position in the last backup", gauge,
      static_cast<double>(last.head.last.value));
  add("weir_backup_last_seconds", "How long the last backup took", gauge, last.seconds);
  add("weir_backup_last_bytes", "Size of all files of the last backup", gauge, static_cast<double>(last.bytes));
  return all;
}

}  // namespace weir
