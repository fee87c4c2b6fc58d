#include <cmath>

#include "api/api.hpp"
#include "api/engine_problems.hpp"
#include "api/min_position.hpp"
#include "http/cors.hpp"
#include "http/exchange.hpp"

namespace weir::api {
namespace {

nlohmann::ordered_json as_json(const projection_status& one) {
  nlohmann::ordered_json json = {{"name", one.name},       {"domain", one.domain},
                                 {"version", one.version}, {"mode", one.async ? "async" : "inline"},
                                 {"state", state_of(one)}, {"headPosition", one.head.value}};
  if (one.reflects) {
    json["position"] = one.reflects->value;
    json["lag"] = one.head.value - one.reflects->value;
  }
  if (one.being_built) {
    auto& building = json["building"];
    building = {{"position", one.being_built->reached.value},
                {"eventsPerSecond", std::round(one.being_built->events_per_second)}};
    if (one.being_built->seconds_left) building["secondsLeft"] = std::round(*one.being_built->seconds_left);
  }
  if (one.failed) {
    json["failure"] = {{"position", one.failed->at.value},
                       {"cause", one.failed->cause},
                       {"attempts", one.failed->attempts},
                       {"retryAt", to_rfc3339(one.failed->retry_at).value_or("")}};
  }
  return json;
}

/// GET /admin/projections
void get_projections(exchange& x, const engine& over) {
  auto all = nlohmann::ordered_json::array();
  for (const projection_status& one : over.projections()) all.push_back(as_json(one));
  response answer = ok("application/json", nlohmann::ordered_json{{"projections", all}}.dump());
  answer.set("Cache-Control", "no-store");
  answer.set("Weir-Position", std::to_string(over.head().value));
  x.respond(std::move(answer));
}

/// POST /admin/projections/{name}/rebuild: starts the rebuild; if one is in progress already, the answer is the same.
void post_rebuild(exchange& x, engine& over) {
  if (is_of_another_site(x.options().cors_origins, x.request())) {
    throw problem_raised{make_problem(problem_kind::forbidden, "Pages of other origins may not do this.")};
  }
  const std::string_view name = x.parameter("name");
  if (x.is_audited()) x.about("the view " + std::string(name));
  if (const auto begun = over.rebuild(name); !begun && begun.error().code != errc::in_use) {
    switch (begun.error().code) {
      case errc::not_found:
        return x.respond(make_problem(problem_kind::not_found, begun.error().detail));
      case errc::unavailable:
        return x.respond(make_unavailable(problem_kind::unavailable, begun.error().detail));
      default:
        return x.respond(explain_read(x, begun.error()));
    }
  }
  for (const projection_status& one : over.projections()) {
    if (one.name != name) continue;
    response answer = ok("application/json", as_json(one).dump());
    answer.status = 202;
    answer.set("Location", "/admin/projections");
    x.respond(std::move(answer));
  }
}

}  // namespace

void add_admin(router& to, engine& over) {
  add_read(to, over, "/admin/projections", auth::requirement::administration("projections"),
           [&over](exchange& x, position at_least) {
             if (over.head() < at_least) return false;
             get_projections(x, over);
             return true;
           });
  to.add_quick(method::post, "/admin/projections/{name}/rebuild", auth::requirement::administration("rebuild"),
               [&over](exchange& x) { post_rebuild(x, over); });
}

}  // namespace weir::api
