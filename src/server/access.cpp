#include "server/access.hpp"

#include <prometheus/metric_family.h>
#include <spdlog/spdlog.h>

namespace weir {
namespace {

auth::known_names names_of(const catalog& domains) {
  auth::known_names names;
  for (const domain& each : domains.domains()) {
    names.domains.push_back(each.name);
    for (const auto& command : each.commands) names.commands.push_back(command->name);
    for (const auto& query : each.queries) names.queries.push_back(query->name);
    for (const auto& aggregate : each.aggregates) names.categories.push_back(aggregate->category);
  }
  return names;
}

prometheus::MetricFamily counter(std::string name, std::string help, std::uint64_t value) {
  prometheus::MetricFamily made;
  made.name = std::move(name);
  made.help = std::move(help);
  made.type = prometheus::MetricType::Counter;
  prometheus::ClientMetric metric;
  metric.counter.value = static_cast<double>(value);
  made.metric.push_back(metric);
  return made;
}

}  // namespace

result<std::unique_ptr<access>> access::open(const serve_settings& settings, const catalog& domains) {
  std::unique_ptr<access> made(new access);
  if (!settings.access_file.empty()) {
    auth::authenticator_options options;
    options.names = names_of(domains);
    options.tell = [](const auth::notice& said) {
      spdlog::log(said.is_warning ? spdlog::level::warn : spdlog::level::info, "{}", said.text);
    };
    options.changed = [self = made.get()] { self->changed(); };
    auto opened = auth::authenticator::open(settings.access_file, std::move(options));
    if (!opened) return error{errc::invalid, "the access file cannot be used:\n" + opened.error().text()};
    made->by_ = std::move(*opened);
  }
  return made;
}

result<> access::open_audit_log(const serve_settings& settings) {
  std::filesystem::path log = settings.audit_log;
  if (log.empty() && by_) log = settings.data / "audit.log";
  if (log.empty()) return {};
  auto opened = auth::audit_log::open(log);
  if (!opened) return opened.error();
  audit_ = std::move(*opened);
  return {};
}

result<> access::reload() {
  const auto read = by_->reload();
  if (audit_) {
    const std::string detail = read ? "" : read.error().text();
    audit_->write({.action = "reload of the access file", .outcome = read ? "done" : "refused", .detail = detail});
  }
  if (read) return {};
  return error{errc::invalid, read.error().text()};
}

access::subscription access::on_change(std::function<void()> tell) {
  const std::lock_guard lock(mutex_);
  told_ = std::move(tell);
  return subscription(*this);
}

void access::forget() {
  const std::lock_guard lock(mutex_);
  told_ = {};
}

void access::changed() {
  const std::lock_guard lock(mutex_);
  if (told_) told_();
}

std::vector<prometheus::MetricFamily> audit_metrics::Collect() const {
  return {
      counter("weir_audit_lines_total", "Lines for the audit log", of_->lines()),
      counter("weir_audit_lines_dropped_total", "Lines that are lost because the disk was too slow", of_->dropped()),
      counter("weir_audit_lines_limited_total",
              "Lines that were left out: more than 100 refused requests in one second", of_->left_out())};
}

}  // namespace weir
