#pragma once

#include <prometheus/collectable.h>

#include "base/memory_budget.hpp"
#include "store/store.hpp"

namespace prometheus {
class Registry;
}

namespace weir {

/// `weir_build_info`, 1 under the labels version and compiler.
void show_build_info(prometheus::Registry& registry);

/// The store's use of disk and memory, read at each scrape: `weir_store_bytes` on disk, and `weir_store_memory_bytes`
/// under the label part, which is cache, write_buffers or open_files. And of its disk: `weir_disk_free_bytes`,
/// `weir_disk_reserve_bytes`, `weir_disk_full`, `weir_restart_needed`.
class store_metrics : public prometheus::Collectable {
 public:
  explicit store_metrics(const store& of) : store_(of) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const store& store_;
};

/// The memory of request and answer bodies in progress, read at each scrape: `weir_bodies_memory_bytes`, and
/// `weir_bodies_memory_limit_bytes`.
class bodies_metrics : public prometheus::Collectable {
 public:
  explicit bodies_metrics(std::shared_ptr<const memory_budget> of) : of_(std::move(of)) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::shared_ptr<const memory_budget> of_;
};

}  // namespace weir
