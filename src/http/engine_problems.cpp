#include "http/engine_problems.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace weir::http {
namespace {

/// Adds `code` and the exception's fields.
void add_exception(problem& to, const schema::structure& exception, std::string_view bytes) {
  to.extras["code"] = exception.name;
  std::string json;
  if (codec::to_json(bytes, exception, json).has_error()) return;  // the code alone is still true
  const auto fields = nlohmann::ordered_json::parse(json, nullptr, false);
  for (const auto& [name, value] : fields.items()) {
    if (name != "code") to.extras[name] = value;
  }
}

}  // namespace

problem explain(const codec::malformed& fault) {
  problem why = make_problem(problem_kind::malformed_json, fault.detail);
  if (fault.line > 0) {
    why.extras["line"] = fault.line;
    why.extras["column"] = fault.column;
  }
  return why;
}

problem explain(const std::vector<codec::violation>& violations) {
  problem why = make_problem(problem_kind::validation, violations.size() == 1
                                                           ? "One rule is broken."
                                                           : std::to_string(violations.size()) + " rules are broken.");
  auto& errors = why.extras["errors"] = nlohmann::ordered_json::array();
  for (const codec::violation& each : violations) {
    errors.push_back({{"pointer", each.pointer}, {"detail", each.detail}});
  }
  return why;
}

problem explain_refusal(const schema::structure& exception, std::string_view bytes, std::string detail) {
  problem why;
  why.type = "/problems/" + exception.name;
  why.title = title_of(exception);
  why.status = 409;
  why.detail = std::move(detail);
  add_exception(why, exception, bytes);
  return why;
}

problem explain_absence(const schema::structure& exception, std::string_view bytes) {
  problem why = make_problem(problem_kind::not_found, title_of(exception) + ".");
  add_exception(why, exception, bytes);
  return why;
}

problem explain(exchange& x, const error& why) {
  if (why.code != errc::unavailable) return internal_problem(x, why.detail);
  return make_unavailable(problem_kind::unavailable, "This cannot be answered at present: " + why.detail + ".",
                          limits::retry_after);
}

problem internal_problem(exchange& x, std::string_view reason) {
  const std::string& trace = x.trace().trace_id;
  spdlog::error("{} {} failed: {} trace={}", x.request().method_text, x.request().where.raw_path(), reason, trace);
  return make_problem(problem_kind::internal, "The log has the reason under trace " + trace + ".");
}

std::string title_of(const schema::structure& exception) {
  std::string title = exception.doc.substr(0, exception.doc.find(". "));
  std::replace(title.begin(), title.end(), '\n', ' ');
  while (!title.empty() && (title.back() == '.' || title.back() == ' ')) title.pop_back();
  return title.empty() ? exception.name : title;
}

}  // namespace weir::http
