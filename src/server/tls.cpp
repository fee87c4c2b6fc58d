#include "server/tls.hpp"

#include <chrono>

#include <prometheus/metric_family.h>
#include <spdlog/spdlog.h>

#include "base/time.hpp"

namespace weir {
namespace {

using std::chrono::system_clock;

/// Before a certificate's end. Let's Encrypt's clients renew a month before it, so a warning means that this failed.
constexpr std::chrono::hours warned_before{14 * 24};

}  // namespace

result<std::shared_ptr<net::tls_identity>> load_tls(const serve_settings& settings) {
  const net::tls_files& files = settings.tls;
  if (files.certificate.empty() != files.key.empty()) {
    return error{errc::invalid, "--tls-certificate and --tls-key go together: give both, or neither"};
  }
  if (!files.certificate.empty()) return net::tls_identity::load(files);
  if (!files.client_authorities.empty()) {
    return error{errc::invalid, "--tls-client-ca needs --tls-certificate and --tls-key"};
  }
  if (settings.hsts_seconds > 0) {
    return error{errc::invalid, "--hsts-seconds needs --tls-certificate and --tls-key: browsers ignore it without TLS"};
  }
  return std::shared_ptr<net::tls_identity>();
}

void warn_of_certificate(const net::tls_identity& loaded) {
  const auto now = system_clock::now();
  const std::string file = loaded.files().certificate.string();
  const auto text = [](system_clock::time_point time) {
    return to_shortest_rfc3339(std::chrono::time_point_cast<std::chrono::microseconds>(time)).value_or("a day unknown");
  };
  if (now < loaded.valid_from()) {
    spdlog::warn("the TLS certificate {} is valid from {} on: clients refuse it until then", file,
                 text(loaded.valid_from()));
  } else if (now >= loaded.valid_until()) {
    spdlog::warn("the TLS certificate {} ended on {}: clients refuse it", file, text(loaded.valid_until()));
  } else if (now >= loaded.valid_until() - warned_before) {
    spdlog::warn("the TLS certificate {} ends on {}", file, text(loaded.valid_until()));
  }
  std::error_code unknown;
  const auto mode = std::filesystem::status(loaded.files().key, unknown).permissions();
  if (!unknown && (mode & std::filesystem::perms::others_read) != std::filesystem::perms::none) {
    spdlog::warn("the TLS key {} may be read by every user of this machine; chmod o= {} keeps them out",
                 loaded.files().key.string(), loaded.files().key.string());
  }
}

std::vector<prometheus::MetricFamily> certificate_metrics::Collect() const {
  prometheus::MetricFamily made;
  made.name = "weir_tls_certificate_not_after_seconds";
  made.help = "When the TLS certificate ends being valid, in seconds since 1970";
  made.type = prometheus::MetricType::Gauge;
  prometheus::ClientMetric metric;
  const auto since_1970 = of_->valid_until().time_since_epoch();
  metric.gauge.value = static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(since_1970).count());
  made.metric.push_back(metric);
  return {std::move(made)};
}

}  // namespace weir
