#pragma once

#include <prometheus/collectable.h>

#include "backup/service.hpp"

namespace weir {

/// The status of backups, read at each scrape: `weir_backup_last_success_timestamp_seconds`,
/// `weir_backup_last_position`, `weir_backup_last_seconds`, `weir_backup_last_bytes`, `weir_backup_last_pause_seconds`,
/// `weir_backup_running`, `weir_backups_total` and `weir_backup_failures_total`.
class backup_metrics : public prometheus::Collectable {
 public:
  explicit backup_metrics(const backup::service& of) : service_(of) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const backup::service& service_;
};

}  // namespace weir
