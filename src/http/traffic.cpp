#include "http/traffic.hpp"

#include <algorithm>

#include <prometheus/metric_family.h>

namespace weir::http {
namespace {

std::size_t slot_of(int status) {
  const auto found = std::find(counted_statuses.begin(), counted_statuses.end() - 1, status);
  return static_cast<std::size_t>(found - counted_statuses.begin());
}

prometheus::MetricFamily family(std::string name, std::string help, prometheus::MetricType type) {
  return {std::move(name), std::move(help), type, {}};
}

prometheus::MetricFamily single(std::string name, std::string help, prometheus::MetricType type, std::uint64_t value) {
  prometheus::MetricFamily made = family(std::move(name), std::move(help), type);
  prometheus::ClientMetric metric;
  metric.counter.value = metric.gauge.value = static_cast<double>(value);
  made.metric.push_back(metric);
  return made;
}

}  // namespace

traffic_shard::traffic_shard(std::size_t routes) : places_((routes + 1) * method_count * counted_statuses.size()) {}

void traffic_shard::answered(std::size_t route, method which, int status, std::chrono::nanoseconds took) {
  auto& made = places_[index_of(route, static_cast<std::size_t>(which), slot_of(status))].made;
  series* here = made.load(std::memory_order_relaxed);
  if (here == nullptr) {
    here = new series;
    made.store(here, std::memory_order_release);
  }
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::lower_bound(latency_bounds.begin(), latency_bounds.end(), seconds);
  add(here->latencies[static_cast<std::size_t>(bucket - latency_bounds.begin())], 1);
  add(here->nanoseconds, static_cast<std::uint64_t>(took.count()));
}

void traffic::name_routes(std::vector<std::string> patterns) {
  const std::lock_guard lock(mutex_);
  patterns_ = std::move(patterns);
}

traffic_shard& traffic::add_shard() {
  const std::lock_guard lock(mutex_);
  return *shards_.emplace_back(std::make_unique<traffic_shard>(patterns_.size()));
}

/// The answers of one route, method and status, of all threads together.
prometheus::ClientMetric::Histogram traffic::histogram_of(std::size_t route, std::size_t which,
                                                          std::size_t status) const {
  prometheus::ClientMetric::Histogram all;
  std::array<std::uint64_t, latency_bounds.size() + 1> counts{};
  std::uint64_t nanoseconds = 0;
  for (const auto& shard : shards_) {
    const auto* series =
        shard->places_[traffic_shard::index_of(route, which, status)].made.load(std::memory_order_acquire);
    if (series == nullptr) continue;
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += series->latencies[i].load(std::memory_order_relaxed);
    nanoseconds += series->nanoseconds.load(std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all.sample_count += counts[i];
    const double bound = i < latency_bounds.size() ? latency_bounds[i] : std::numeric_limits<double>::infinity();
    all.bucket.push_back({all.sample_count, bound});
  }
  all.sample_sum = static_cast<double>(nanoseconds) / 1e9;
  return all;
}

/// Who follows events, and how many they were sent, by kind.
void traffic::add_feeds(std::vector<prometheus::MetricFamily>& to) const {
  static constexpr std::array<const char*, feed_kind_count> names{"pages", "ndjson", "sse"};
  auto subscribers =
      family("weir_http_subscribers", "Current subscribers, by kind of feed", prometheus::MetricType::Gauge);
  auto events = family("weir_http_events_sent_total", "Events sent to subscribers, by kind of feed",
                       prometheus::MetricType::Counter);
  for (std::size_t kind = 0; kind < feed_kind_count; ++kind) {
    std::uint64_t begun = 0, ended = 0, sent = 0;
    for (const auto& shard : shards_) {
      const auto& feeds = shard->feeds_[kind];
      ended += feeds.ended.load(std::memory_order_relaxed);  // before those that began
      begun += feeds.begun.load(std::memory_order_relaxed);
      sent += feeds.events.load(std::memory_order_relaxed);
    }
    prometheus::ClientMetric metric;
    metric.label = {{"kind", names[kind]}};
    metric.gauge.value = static_cast<double>(begun - std::min(begun, ended));
    subscribers.metric.push_back(metric);
    metric.counter.value = static_cast<double>(sent);
    events.metric.push_back(std::move(metric));
  }
  to.push_back(std::move(subscribers));
  to.push_back(std::move(events));
}

void traffic::add_handshake_failures(std::vector<prometheus::MetricFamily>& to) const {
  auto failures = family("weir_http_tls_handshake_failures_total", "TLS handshakes that came to nothing, by reason",
                         prometheus::MetricType::Counter);
  for (std::size_t reason = 0; reason < net::handshake_fault_count; ++reason) {
    std::uint64_t count = 0;
    for (const auto& shard : shards_) count += shard->handshake_faults_[reason].load(std::memory_order_relaxed);
    prometheus::ClientMetric metric;
    metric.label = {{"reason", net::handshake_fault_names[reason]}};
    metric.counter.value = static_cast<double>(count);
    failures.metric.push_back(std::move(metric));
  }
  to.push_back(std::move(failures));
}

std::vector<prometheus::MetricFamily> traffic::Collect() const {
  using prometheus::ClientMetric;
  using prometheus::MetricType;
  const std::lock_guard lock(mutex_);
  const auto sum = [&](auto pick) {
    std::uint64_t total = 0;
    for (const auto& shard : shards_) total += pick(*shard).load(std::memory_order_relaxed);
    return total;
  };

  auto requests = family("weir_http_requests_total", "Requests answered", MetricType::Counter);
  auto latencies = family("weir_http_request_duration_seconds", "Time from a request's head to the end of its answer",
                          MetricType::Histogram);
  for (std::size_t route = 0; route <= patterns_.size(); ++route) {
    for (std::size_t which = 0; which < method_count; ++which) {
      for (std::size_t status = 0; status < counted_statuses.size(); ++status) {
        const ClientMetric::Histogram histogram = histogram_of(route, which, status);
        if (histogram.sample_count == 0) continue;
        ClientMetric metric;
        metric.label = {{"route", route < patterns_.size() ? patterns_[route] : "none"},
                        {"method", std::string(name_of(static_cast<method>(which)))},
                        {"status", counted_statuses[status] == 0 ? "other" : std::to_string(counted_statuses[status])}};
        metric.counter.value = static_cast<double>(histogram.sample_count);
        requests.metric.push_back(metric);
        metric.histogram = histogram;
        latencies.metric.push_back(std::move(metric));
      }
    }
  }

  const auto opened = sum([](const traffic_shard& shard) -> auto& { return shard.opened_; });
  const auto closed = sum([](const traffic_shard& shard) -> auto& { return shard.closed_; });
  std::vector<prometheus::MetricFamily> families;
  families.push_back(std::move(requests));
  families.push_back(std::move(latencies));
  families.push_back(
      single("weir_http_connections", "Open connections", MetricType::Gauge, opened - std::min(opened, closed)));
  families.push_back(
      single("weir_http_connections_accepted_total", "Connections accepted", MetricType::Counter, opened));
  families.push_back(single("weir_http_connections_refused_total",
                            "Connections refused at the limit: answered 503 or closed", MetricType::Counter,
                            sum([](const traffic_shard& shard) -> auto& { return shard.refused_; })));
  families.push_back(single("weir_http_accept_failures_total", "Times that a connection could not be accepted",
                            MetricType::Counter,
                            sum([](const traffic_shard& shard) -> auto& { return shard.accept_failed_; })));
  families.push_back(single("weir_http_received_bytes_total", "Bytes of requests, heads included", MetricType::Counter,
                            sum([](const traffic_shard& shard) -> auto& { return shard.received_bytes_; })));
  families.push_back(single("weir_http_sent_bytes_total", "Bytes of answers, heads included", MetricType::Counter,
                            sum([](const traffic_shard& shard) -> auto& { return shard.sent_bytes_; })));
  families.push_back(single("weir_http_tls_handshakes_total", "TLS handshakes completed", MetricType::Counter,
                            sum([](const traffic_shard& shard) -> auto& { return shard.handshakes_; })));
  add_handshake_failures(families);
  add_feeds(families);
  return families;
}

}  // namespace weir::http
