#include "server/build_info.hpp"

#include <map>

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "server/version.hpp"

namespace weir {

void show_build_info(prometheus::Registry& registry) {
  prometheus::BuildGauge()
      .Name("weir_build_info")
      .Help("Version and compiler of this build")
      .Register(registry)
      .Add({{"version", std::string(version_text)}, {"compiler", "GCC " __VERSION__}})
      .Set(1);
}

namespace {

prometheus::MetricFamily gauges(const std::string& name, const std::string& help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  return family;
}

void add(prometheus::MetricFamily& family, std::uint64_t value, const std::string& part = "",
         const char* label = "part") {
  prometheus::ClientMetric metric;
  if (!part.empty()) metric.label.push_back({label, part});
  metric.gauge.value = static_cast<double>(value);
  family.metric.push_back(std::move(metric));
}

}  // namespace

std::vector<prometheus::MetricFamily> store_metrics::Collect() const {
  auto disk = gauges("weir_store_bytes", "Size of the store on disk");
  add(disk, store_.bytes_on_disk());
  auto memory = gauges("weir_store_memory_bytes", "Memory used by the store, by purpose");
  const store_memory taken = store_.memory();
  add(memory, taken.cache, "cache");
  add(memory, taken.write_buffers, "write_buffers");
  add(memory, taken.open_files, "open_files");
  const store_space space = store_.space();
  auto free = gauges("weir_disk_free_bytes", "Free space on the disk of the data directory");
  add(free, space.free);
  auto kept = gauges("weir_disk_reserve_bytes", "Space that commands leave free on the disk of the data directory");
  add(kept, space.kept_free);
  auto full = gauges("weir_disk_full", "1 if commands are refused because the disk is full or the data is read-only");
  add(full, store_.why_refused() ? 1 : 0);
  auto failed =
      gauges("weir_restart_needed", "1 if a write has failed, so that no command is accepted until a restart");
  add(failed, store_.accepts_writes() ? 0 : 1);
  auto family_bytes = gauges("weir_store_family_bytes", "Size of a family's files of rows, by family");
  auto family_rows = gauges("weir_store_family_rows", "Number of rows in a family's files, overwritten ones included");
  std::map<std::string, table_file> families;
  for (const table_file& file : store_.table_files()) {
    table_file& all = families[file.family];
    all.bytes += file.bytes;
    all.rows += file.rows;
  }
  for (const auto& [name, all] : families) {
    add(family_bytes, all.bytes, name, "family");
    add(family_rows, all.rows, name, "family");
  }
  return {std::move(family_bytes), std::move(family_rows), std::move(disk), std::move(memory),
          std::move(free),         std::move(kept),        std::move(full), std::move(failed)};
}

std::vector<prometheus::MetricFamily> bodies_metrics::Collect() const {
  auto held = gauges("weir_bodies_memory_bytes", "Memory used by request and answer bodies in progress");
  add(held, of_->held());
  auto limit = gauges("weir_bodies_memory_limit_bytes", "Memory budget for request and answer bodies in progress");
  add(limit, of_->bytes_max());
  return {std::move(held), std::move(limit)};
}

}  // namespace weir
