#include "server/projection_metrics.hpp"

#include <algorithm>

#include <prometheus/metric_family.h>

#include "base/time.hpp"

namespace weir {

std::vector<prometheus::MetricFamily> projection_metrics::Collect() const {
  const auto family = [](const char* name, const char* help) {
    prometheus::MetricFamily made;
    made.name = name;
    made.help = help;
    made.type = prometheus::MetricType::Gauge;
    return made;
  };
  auto lag = family("weir_projection_lag_events", "Number of events that the serving rows are behind the event log");
  auto failing = family("weir_projection_failing", "1 if the projection has failed on an event");
  auto building = family("weir_projection_building", "1 if rows are being built");
  auto built = family("weir_projection_built_position", "Position that the rows being built have reached");
  auto rate = family("weir_projection_events_per_second", "Events per second applied to the rows being built");
  const auto add = [](prometheus::MetricFamily& to, const projection_status& of, double value) {
    prometheus::ClientMetric metric;
    metric.label = {{"domain", of.domain}, {"projection", of.name}};
    metric.gauge.value = value;
    to.metric.push_back(std::move(metric));
  };
  for (const projection_status& one : engine_.projections()) {
    const position reflects = one.reflects.value_or(position{});
    add(lag, one, static_cast<double>(one.head.value - reflects.value));
    add(failing, one, one.failed ? 1 : 0);
    add(building, one, one.being_built ? 1 : 0);
    if (!one.being_built) continue;
    add(built, one, static_cast<double>(one.being_built->reached.value));
    add(rate, one, one.being_built->events_per_second);
  }
  auto ahead =
      family("weir_recorded_at_ahead_seconds",
             "How far the last event's time is ahead of the clock; until it has passed, all events get this time");
  prometheus::ClientMetric seconds;
  seconds.gauge.value =
      std::max(0.0, std::chrono::duration<double>(engine_.log_end().committed_at - wall_clock_now()).count());
  ahead.metric.push_back(std::move(seconds));
  return {std::move(ahead), std::move(lag), std::move(failing), std::move(building), std::move(built), std::move(rate)};
}

}  // namespace weir
