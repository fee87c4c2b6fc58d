#pragma once

#include <prometheus/collectable.h>

#include "engine/engine.hpp"

namespace weir {

/// The status of each projection, read at each scrape: `weir_projection_lag_events`, `weir_projection_failing`,
/// `weir_projection_building`, `weir_projection_built_position` and `weir_projection_events_per_second`, under the
/// labels projection and domain.
class projection_metrics : public prometheus::Collectable {
 public:
  explicit projection_metrics(const engine& of) : engine_(of) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const engine& engine_;
};

}  // namespace weir
