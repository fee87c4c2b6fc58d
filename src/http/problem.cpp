#include "http/problem.hpp"

namespace weir::http {

problem content_too_large(std::size_t bytes_max) {
  return make_problem(problem_kind::content_too_large,
                      "The body may have at most " + std::to_string(bytes_max) + " bytes.")
      .with("limitBytes", bytes_max);
}

std::string to_json(const problem& what, std::string_view instance) {
  nlohmann::ordered_json json;
  json["type"] = what.type;
  json["title"] = what.title;
  json["status"] = what.status;
  if (!what.detail.empty()) json["detail"] = what.detail;
  json["instance"] = instance;
  if (!what.errors.empty()) {
    auto& errors = json["errors"] = nlohmann::ordered_json::array();
    for (const codec::violation& each : what.errors) {
      errors.push_back({{"pointer", each.pointer}, {"detail", each.detail}});
    }
  }
  for (const auto& [name, value] : what.extras.items()) {
    if (!json.contains(name)) json[name] = value;  // a refusal's own field may be called `title`, say
  }
  // What a client sent may be quoted in a detail, and need not be UTF-8.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

response to_response(const problem& what, std::string_view instance) {
  response answer;
  answer.status = what.status;
  answer.set("Content-Type", "application/problem+json");
  answer.set("Cache-Control", "no-store");
  if (what.retry_after) answer.set("Retry-After", std::to_string(what.retry_after->count()));
  for (const auto& [name, value] : what.headers) answer.set(name, value);
  answer.body = to_json(what, instance) + '\n';
  return answer;
}

}  // namespace weir::http
