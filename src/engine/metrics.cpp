#include "engine/metrics.hpp"

#include <array>

namespace weir {
namespace {

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 prometheus::Histogram::BucketBoundaries buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

engine_metrics::engine_metrics(prometheus::Registry& registry, const catalog& domains)
    : batch_submissions(histogram(registry, "weir_batch_submissions", "Submissions that shared one write and one sync",
                                  {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024})),
      commit_seconds(histogram(registry, "weir_commit_seconds", "Time to write and sync one batch",
                               {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1})),
      queued_commands(gauge(registry, "weir_queued_commands", "Commands waiting for the sequencer")),
      head_position(gauge(registry, "weir_head_position", "Last position of the event log")),
      cached_aggregates(gauge(registry, "weir_cached_aggregates", "Streams whose state is held in memory")),
      erasures(prometheus::BuildCounter()
                   .Name("weir_erasures_total")
                   .Help("Subjects whose personal data was erased since the start")
                   .Register(registry)
                   .Add({})) {
  auto& family =
      prometheus::BuildCounter().Name("weir_commands_total").Help("Commands by type and outcome").Register(registry);
  constexpr std::array names = {"accepted",    "replayed", "refused", "sequence_mismatch", "key_reused", "overloaded",
                                "unavailable", "faulty",   "damaged"};
  static_assert(names.size() == endings);
  for (const domain& one : domains.domains()) {
    for (const auto& command : one.commands) {
      for (const char* name : names) {
        ends_[command.get()].push_back(&family.Add({{"command", command->name}, {"outcome", name}}));
      }
    }
  }
}

}  // namespace weir
