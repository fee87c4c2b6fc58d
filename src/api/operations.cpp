#include <iterator>
#include <sstream>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "api/api.hpp"
#include "http/exchange.hpp"

namespace weir::api {
namespace {

constexpr std::string_view health_type = "application/health+json";

void respond_with_health(exchange& x, int status, const nlohmann::ordered_json& health) {
  response answer = ok(health_type, health.dump());
  answer.status = status;
  answer.set("Cache-Control", "no-store");
  x.respond(std::move(answer));
}

/// Whether the process is alive: an orchestrator may restart it if not. After a failed write queries still work, so when
/// to restart is the operator's choice.
void get_live(exchange& x, const engine& over) {
  if (!over.needs_restart()) return respond_with_health(x, 200, {{"status", "pass"}});
  respond_with_health(
      x, 200,
      {{"status", "warn"}, {"output", "A write has failed. No command is accepted until Weir has been restarted."}});
}

/// Whether there is enough space for commands.
nlohmann::ordered_json check_of_disk(const store& data) {
  const auto refused = data.why_refused();
  nlohmann::ordered_json check = {{"status", refused ? "fail" : "pass"}};
  check["observedValue"] = data.space().free;
  check["observedUnit"] = "bytes free";
  if (refused) check["output"] = *refused;
  return check;
}

/// A projection that is behind is a warning. It does not stop commands, so it is not a failure.
nlohmann::ordered_json check_of(const projection_status& one) {
  nlohmann::ordered_json check = {{"status", one.failed || one.being_built ? "warn" : "pass"}};
  if (one.reflects) {
    check["observedValue"] = one.head.value - one.reflects->value;
    check["observedUnit"] = "events behind";
  }
  if (one.failed) {
    check["output"] =
        "It is stopped before position " + std::to_string(one.failed->at.value) + ": " + one.failed->cause;
  } else if (one.being_built) {
    check["output"] = "It is being built, up to position " + std::to_string(one.being_built->reached.value) + " of " +
                      std::to_string(one.head.value) + ".";
  }
  return check;
}

/// Whether commands are accepted: a load balancer may send them elsewhere if not.
void get_ready(exchange& x, const engine& over, const warning& data, const std::function<bool()>& stopping) {
  nlohmann::ordered_json commands = {{"status", "pass"}};
  auto why_not = over.why_not_accepting();
  if (!why_not && (x.stopping() || (stopping && stopping()))) why_not = "The server is stopping.";
  if (why_not) commands = {{"status", "fail"}, {"output", *why_not}};
  nlohmann::ordered_json health;
  health["status"] = commands["status"];
  health["checks"]["commands"] = nlohmann::ordered_json::array({commands});
  const auto warned = data ? data() : std::nullopt;
  if (warned && !why_not) health["status"] = "warn";
  // Without a permission only the answer itself is told, not how the server is doing in detail.
  if (!x.permissions().may_read_metrics())
    return respond_with_health(x, why_not ? 503 : 200, {{"status", health["status"]}});
  health["checks"]["disk"] = nlohmann::ordered_json::array({check_of_disk(over.data())});
  if (data) {
    nlohmann::ordered_json check = {{"status", warned ? "warn" : "pass"}};
    if (warned) check["output"] = *warned;
    health["checks"]["data"] = nlohmann::ordered_json::array({check});
  }
  for (const projection_status& one : over.projections()) {
    const auto check = check_of(one);
    if (!why_not && check["status"] == "warn") health["status"] = "warn";
    health["checks"]["projection:" + one.name] = nlohmann::ordered_json::array({check});
  }
  respond_with_health(x, why_not ? 503 : 200, health);
}

void get_metrics(exchange& x, const std::vector<std::shared_ptr<prometheus::Collectable>>& sources) {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& source : sources) {
    auto collected = source->Collect();
    std::move(collected.begin(), collected.end(), std::back_inserter(families));
  }
  std::ostringstream text;
  prometheus::TextSerializer{}.Serialize(text, families);
  x.respond(ok("text/plain; version=0.0.4; charset=utf-8", std::move(text).str()));
}

}  // namespace

void add_operations(router& to, engine& over, std::vector<std::shared_ptr<prometheus::Collectable>> metrics,
                    warning data, std::function<bool()> stopping) {
  to.add_quick(method::get, "/health/live", auth::requirement::open(), [&over](exchange& x) { get_live(x, over); });
  to.add_quick(method::get, "/health/ready", auth::requirement::open(),
               [&over, data = std::move(data), stopping = std::move(stopping)](exchange& x) {
                 get_ready(x, over, data, stopping);
               });
  to.add_quick(method::get, "/metrics", auth::requirement::metrics(),
               [metrics = std::move(metrics)](exchange& x) { get_metrics(x, metrics); });
  // An orchestrator must not take a busy server for a dead one.
  for (const char* path : {"/health/live", "/health/ready", "/metrics"}) to.answer_above_limit(path);
}

}  // namespace weir::api
