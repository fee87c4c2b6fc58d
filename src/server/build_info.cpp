#include "server/build_info.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "server/version.hpp"

namespace weir {

void show_build_info(prometheus::Registry& registry) {
  prometheus::BuildGauge()
      .Name("weir_build_info")
      .Help("Which Weir this is")
      .Register(registry)
      .Add({{"version", std::string(version_text)}, {"compiler", "GCC " __VERSION__}})
      .Set(1);
}

std::vector<prometheus::MetricFamily> store_metrics::Collect() const {
  prometheus::MetricFamily family;
  family.name = "weir_store_bytes";
  family.help = "What the store takes on disk";
  family.type = prometheus::MetricType::Gauge;
  prometheus::ClientMetric metric;
  metric.gauge.value = static_cast<double>(store_.bytes_on_disk());
  family.metric.push_back(std::move(metric));
  return {std::move(family)};
}

}  // namespace weir
