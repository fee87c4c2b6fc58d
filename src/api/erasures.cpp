#include "api/api.hpp"
#include "event_text/line_fields.hpp"
#include "http/cors.hpp"
#include "http/exchange.hpp"
#include "http/representation.hpp"
#include "requests/execute.hpp"
#include "requests/problems.hpp"

namespace weir::api {
namespace {

/// {"subject": "user-u1"}
schema::structure erasure_shape() {
  schema::structure shape;
  shape.name = "Erasure";
  schema::field subject = event_text::field_of("subject", schema::kind::string, schema::requiredness::required);
  subject.type.demands.min_length = 1;
  subject.type.demands.max_length = limits::stream_name_bytes_max;
  event_text::add_field(shape, std::move(subject));
  return shape;
}

std::string read_subject(std::string_view body) {
  static const schema::structure shape = erasure_shape();
  const auto read = codec::from_json(body, shape);
  if (const auto* fault = std::get_if<codec::malformed>(&read)) throw problem_raised{explain(*fault)};
  if (const auto* faults = std::get_if<codec::invalid>(&read)) throw problem_raised{explain(faults->violations)};
  return codec::field_text(std::get<std::string>(read), shape, shape.fields.front()).value();
}

/// POST /admin/erasures: answered when the key is destroyed.
task<> post_erasure(exchange& x, engine& over) {
  if (is_of_another_site(x.options().cors_origins, x.request())) {
    throw problem_raised{make_problem(problem_kind::forbidden, "Pages of other origins may not do this.")};
  }
  static_cast<void>(body_representation(x.request(), json_only));
  submission work;
  const std::string subject = read_subject(co_await x.body());
  work.erases = {subject};
  work.by = x.caller();
  if (x.is_audited()) x.about(subject);
  const outcome came_to = co_await weir::execute(over, std::move(work));
  if (!std::holds_alternative<acceptance>(came_to)) {
    const failed_command of{"an erasure", subject, x.trace().trace_id};
    log_failure(came_to, of);
    x.respond(problem_of(came_to, of));
    co_return;
  }
  response answer = ok("application/json", nlohmann::ordered_json{{"subject", subject}}.dump());
  answer.set("Weir-Position", std::to_string(over.head().value));
  x.respond(std::move(answer));
}

}  // namespace

void add_erasures(router& to, engine& over) {
  to.add(method::post, "/admin/erasures", auth::requirement::administration("erase"),
         [&over](exchange& x) { return post_erasure(x, over); });
}

}  // namespace weir::api
