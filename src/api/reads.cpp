#include "api/reads.hpp"

#include "http/header_values.hpp"

namespace weir::api {

void respond_with_body(exchange& x, representation as, std::string body, position reflects,
                       const std::optional<std::string>& state) {
  response answer;
  answer.fields.reserve(192);
  std::optional<std::string> tag;
  if (state) tag = tag_of(*state, as);
  if (tag) answer.set("ETag", "\"" + *tag + "\"");
  answer.set("Weir-Position", std::to_string(reflects.value));
  answer.set("Cache-Control", "no-cache");
  answer.set("Vary", "Accept");
  if (tag && client_has(x.request(), *tag)) {
    answer.status = 304;
  } else {
    answer.set("Content-Type", media_type_of(as));
    answer.body = std::move(body);
  }
  x.respond(std::move(answer));
}

void respond_with_problem(exchange& x, problem why, position reflects) {
  why.headers.emplace_back("Weir-Position", std::to_string(reflects.value));
  x.respond(why);
}

}  // namespace weir::api
