#include "problem/problem.hpp"

#include "auth/bearer.hpp"
#include "auth/denial.hpp"
#include "auth/gate.hpp"

namespace weir {
namespace {

using enum problem_kind;

/// Adds `code` and the exception's fields.
void add_exception(problem& to, const schema::structure& exception, std::string_view bytes) {
  to.extras["code"] = exception.name;
  std::string json;
  if (codec::to_json(bytes, exception, json).has_error()) return;  // the code alone is still true
  const auto fields = nlohmann::ordered_json::parse(json, nullptr, false);
  for (const auto& [name, value] : fields.items()) {
    to.extras[name] = value;  // the IDL's reader has seen to it that none is a problem's own
  }
}

}  // namespace

problem&& problem::with(std::string_view member, nlohmann::ordered_json value) && {
  extras[std::string(member)] = std::move(value);
  return std::move(*this);
}

problem&& problem::with_header(std::string_view name, std::string value) && {
  headers.emplace_back(name, std::move(value));
  return std::move(*this);
}

problem make_problem(problem_kind kind, std::string detail) {
  const problem_explanation& known = explanation_of(kind);
  problem made;
  made.type = "/problems/" + std::string(known.name);
  made.title = known.title;
  made.status = known.status;
  made.detail = std::move(detail);
  return made;
}

problem make_unavailable(problem_kind kind, std::string detail, std::chrono::seconds retry_after) {
  problem made = make_problem(kind, std::move(detail));
  made.retry_after = retry_after;
  return made;
}

problem bodies_have_all_memory(std::string_view consequence) {
  std::string detail = "The memory budget for requests and answers in progress is used up. ";
  return make_unavailable(overloaded, detail.append(consequence));
}

problem make_unauthorized(const auth::denial& why) {
  if (why.try_again) return make_unavailable(problem_kind::unavailable, why.detail);
  return make_problem(problem_kind::unauthorized, why.detail).with_header("WWW-Authenticate", why.challenge);
}

problem make_unauthorized_any_more() {
  return make_problem(problem_kind::unauthorized, "The credential has expired or was revoked.")
      .with_header("WWW-Authenticate", auth::ended_challenge());
}

problem make_forbidden(std::string_view what) {
  return make_problem(problem_kind::forbidden, auth::forbidden_detail(what))
      .with_header("WWW-Authenticate", auth::insufficient_scope_challenge());
}

problem make_internal(std::string_view trace_id) {
  return make_problem(internal, "The server's diagnostic log explains this under trace " + std::string(trace_id) + ".");
}

problem make_damaged(std::string_view trace_id) {
  return make_problem(
      damaged_data,
      "Data that this request needs cannot be read back as it was written. Nothing was written. The "
      "operator has to restore a backup; the server's diagnostic log says what is damaged, under trace " +
          std::string(trace_id) + ".");
}

problem explain(const codec::malformed& fault) {
  problem why = make_problem(malformed_json, fault.detail);
  if (fault.line > 0) {
    why.extras["line"] = fault.line;
    why.extras["column"] = fault.column;
  }
  return why;
}

problem explain(std::vector<codec::violation> violations) {
  problem why =
      make_problem(validation, violations.size() == 1 ? "One rule is broken."
                                                      : std::to_string(violations.size()) + " rules are broken.");
  why.errors = std::move(violations);
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
  problem why = make_problem(not_found, title_of(exception) + ".");
  add_exception(why, exception, bytes);
  return why;
}

std::string title_of(const schema::structure& exception) {
  std::string title = exception.doc.substr(0, exception.doc.find(". "));
  std::replace(title.begin(), title.end(), '\n', ' ');
  while (!title.empty() && (title.back() == '.' || title.back() == ' ')) title.pop_back();
  return title.empty() ? exception.name : title;
}

}  // namespace weir
