#include <algorithm>
#include <cmath>

#include "api/api.hpp"
#include "http/cors.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"
#include "verify/checkpoint.hpp"
#include "verify/verifier.hpp"

namespace weir::api {
namespace {

std::string time_text(timestamp time) { return to_rfc3339(time).value_or(""); }

response state_of(const verifier& runs) {
  const verifier::status now = runs.now();
  nlohmann::ordered_json json{{"state", now.running_since ? "running" : "idle"}};
  if (now.running_since) {
    json["runningSince"] = time_text(*now.running_since);
    const double share =
        now.progress.total == 0
            ? 0
            : std::min(1.0, static_cast<double>(now.progress.done) / static_cast<double>(now.progress.total));
    json["percent"] = std::floor(100 * share);
    json["events"] = now.progress.events;
  }
  if (now.next) json["nextAt"] = time_text(*now.next);
  if (!now.failure.empty()) json["failure"] = now.failure;
  if (now.last) json["last"] = nlohmann::ordered_json::parse(now.last->report);
  response answer = ok("application/json", json.dump());
  answer.set("Cache-Control", "no-store");
  return answer;
}

/// POST /admin/verify: begins a verification; if one is running already, the answer is the same.
void post_verify(exchange& x, verifier& runs) {
  if (is_of_another_site(x.options().cors_origins, x.request())) {
    throw problem_raised{make_problem(problem_kind::forbidden, "Pages of other origins may not do this.")};
  }
  parameter_reader(x.request().where).finish();
  if (x.is_audited()) x.about("a verification of all data");
  if (!runs.begin()) {
    return x.respond(make_unavailable(problem_kind::unavailable, "The server is stopping: nothing was begun."));
  }
  response answer = state_of(runs);
  answer.status = 202;
  answer.set("Location", "/admin/verify");
  x.respond(std::move(answer));
}

/// GET /log/checkpoint
void get_checkpoint(exchange& x, const engine& over, const checkpoint_key* key) {
  parameter_reader(x.request().where).finish();
  if (key == nullptr) {
    return x.respond(make_problem(problem_kind::not_found,
                                  "This server signs no checkpoints: --checkpoint-key gives it a key for that."));
  }
  const log_head end = over.log_end();
  const std::string& log = over.log().current();
  response answer = ok("text/plain; charset=utf-8", key->sign({log, end.last, end.number, end.hash, wall_clock_now()}));
  answer.set("Weir-Position", std::to_string(end.last.value));
  answer.set("Weir-Log", log);
  answer.set("Cache-Control", "no-store");
  x.respond(std::move(answer));
}

}  // namespace

void add_verification(router& to, verifier& runs) {
  to.add_quick(method::get, "/admin/verify", auth::requirement::administration("verify"), [&runs](exchange& x) {
    parameter_reader(x.request().where).finish();
    x.respond(state_of(runs));
  });
  to.add_quick(method::post, "/admin/verify", auth::requirement::administration("verify"),
               [&runs](exchange& x) { post_verify(x, runs); });
}

void add_checkpoint(router& to, engine& over, std::shared_ptr<const checkpoint_key> key) {
  to.add_quick(method::get, "/log/checkpoint", auth::requirement::credential(),
               [&over, key = std::move(key)](exchange& x) { get_checkpoint(x, over, key.get()); });
}

std::optional<std::string> warning_of(const verifier& runs) {
  const verifier::status now = runs.now();
  if (!now.last || now.last->is_sound) return std::nullopt;
  return std::to_string(now.last->faults) + (now.last->faults == 1 ? " fault was" : " faults were") +
         " found in the data at " + time_text(now.last->ended) + ": GET /admin/verify has the report.";
}

}  // namespace weir::api
