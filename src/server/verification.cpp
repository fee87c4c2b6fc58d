#include "server/verification.hpp"

#include <algorithm>

#include <prometheus/metric_family.h>
#include <spdlog/spdlog.h>

#include "auth/file_access.hpp"

namespace weir {
namespace {

prometheus::MetricFamily one_value(const char* name, const char* help, double value,
                                   prometheus::MetricType type = prometheus::MetricType::Gauge) {
  prometheus::MetricFamily made;
  made.name = name;
  made.help = help;
  made.type = type;
  prometheus::ClientMetric metric;
  (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  made.metric.push_back(std::move(metric));
  return made;
}

double seconds_of(timestamp time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

}  // namespace

std::vector<prometheus::MetricFamily> verification_metrics::Collect() const {
  const verifier::status now = of_.now();
  const auto& [done, total, events] = now.progress;
  const double share = total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::vector<prometheus::MetricFamily> all{
      one_value("weir_verification_running", "1 while all data is being verified", now.running_since ? 1 : 0),
      one_value("weir_verification_progress_ratio", "How far the running verification is, from 0 to 1",
                now.running_since ? share : 0),
      one_value("weir_verifications_total", "Number of verifications that were completed since the start",
                static_cast<double>(now.completed), prometheus::MetricType::Counter),
      one_value("weir_verification_failed", "1 if the last attempt came to no result", now.failure.empty() ? 0 : 1)};
  if (now.next) {
    all.push_back(one_value("weir_verification_next_timestamp_seconds", "When the next verification begins by itself",
                            seconds_of(*now.next)));
  }
  if (!now.last) return all;
  const auto& last = *now.last;
  all.push_back(
      one_value("weir_verification_sound", "1 if the last verification found no fault", last.is_sound ? 1 : 0));
  all.push_back(one_value("weir_verification_faults", "Number of faults that the last verification found",
                          static_cast<double>(last.faults)));
  all.push_back(one_value("weir_verification_events", "Number of events that the last verification read",
                          static_cast<double>(last.events)));
  all.push_back(one_value("weir_verification_bytes", "Bytes of files that the last verification read",
                          static_cast<double>(last.bytes)));
  all.push_back(
      one_value("weir_verification_timestamp_seconds", "When the last verification ended", seconds_of(last.ended)));
  return all;
}

result<std::shared_ptr<const checkpoint_key>> load_checkpoint_key(const std::filesystem::path& file) {
  if (file.empty()) return std::shared_ptr<const checkpoint_key>();
  const auto fault = [&](const std::string& why) {
    return error{errc::invalid, "--checkpoint-key " + file.string() + ": " + why};
  };
  const auto pem = auth::read_whole_file(file);
  if (!pem) return fault(pem.error().detail);
  auto key = checkpoint_key::read(*pem);
  if (!key) return fault(key.error().detail + "; openssl genpkey -algorithm ed25519 makes one");
  if (auth::others_may_read(file)) {
    spdlog::warn("other users can read the key {}, and could sign checkpoints with it; chmod 0600 {} prevents this",
                 file.string(), file.string());
  }
  return key;
}

}  // namespace weir
