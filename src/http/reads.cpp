#include "http/reads.hpp"

#include "http/header_values.hpp"

namespace weir::http {

void require_json_accepted(const request& asked) {
  if (accepts(asked, "application/json")) return;
  throw problem_raised{make_problem(problem_kind::not_acceptable, "The answer is application/json.")};
}

void respond_with_json(exchange& x, std::string json, position reflects, const std::optional<std::string>& tag) {
  response answer;
  answer.fields.reserve(160);
  if (tag) answer.set("ETag", "\"" + *tag + "\"");
  answer.set("Weir-Position", std::to_string(reflects.value));
  answer.set("Cache-Control", "no-cache");
  if (tag && client_has(x.request(), *tag)) {
    answer.status = 304;
  } else {
    answer.set("Content-Type", "application/json");
    answer.body = std::move(json);
  }
  x.respond(std::move(answer));
}

void respond_with_problem(exchange& x, problem why, position reflects) {
  why.headers.emplace_back("Weir-Position", std::to_string(reflects.value));
  x.respond(why);
}

}  // namespace weir::http
