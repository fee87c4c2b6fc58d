#include "rpc/problems.hpp"

#include <algorithm>
#include <array>

namespace weir::rpc {
namespace {

using enum problem_kind;

struct known_problem {
  problem_kind kind;
  std::int32_t status;
  std::string_view name;  ///< the last segment of the type
  std::string_view title;
};

constexpr std::array<known_problem, 7> known_problems{{
    {not_found, 404, "not-found", "Not found"},
    {sequence_mismatch, 412, "sequence-mismatch", "The stream is at another sequence"},
    {validation, 422, "validation", "The input breaks rules"},
    {idempotency_key_reused, 422, "idempotency-key-reused", "The idempotency key was used for another command"},
    {internal, 500, "internal", "Something went wrong on our side"},
    {overloaded, 503, "overloaded", "Too many requests at once"},
    {unavailable, 503, "unavailable", "Not available now"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < known_problems.size(); ++i) {
    if (static_cast<std::size_t>(known_problems[i].kind) != i) return false;
  }
  return known_problems.size() == static_cast<std::size_t>(unavailable) + 1;
}
static_assert(in_order(), "a kind is the index of what is known of it");

/// A doc comment as a title: its first sentence, without the full stop.
std::string title_of(const schema::structure& exception) {
  std::string title = exception.doc.substr(0, exception.doc.find(". "));
  std::replace(title.begin(), title.end(), '\n', ' ');
  while (!title.empty() && (title.back() == '.' || title.back() == ' ')) title.pop_back();
  return title.empty() ? exception.name : title;
}

}  // namespace

Problem make_problem(problem_kind kind, std::string detail) {
  const known_problem& known = known_problems[static_cast<std::size_t>(kind)];
  Problem made;
  made.type = "/problems/" + std::string(known.name);
  made.title = known.title;
  made.status = known.status;
  made.__set_detail(std::move(detail));
  return made;
}

Problem explain(const std::vector<codec::violation>& violations) {
  Problem why =
      make_problem(validation, violations.size() == 1 ? "One rule is broken."
                                                      : std::to_string(violations.size()) + " rules are broken.");
  std::vector<Violation> errors;
  for (const codec::violation& each : violations) {
    Violation& added = errors.emplace_back();
    added.pointer = each.pointer;
    added.detail = each.detail;
  }
  why.__set_errors(errors);
  return why;
}

Problem explain(const weir::sequence_mismatch& why) {
  std::string detail = "The stream " + why.stream;
  detail += why.actual.value == 0 ? " does not exist." : " is at sequence " + std::to_string(why.actual.value) + ".";
  Problem made = make_problem(sequence_mismatch, std::move(detail));
  made.__set_expected(static_cast<std::int64_t>(why.expected.at.value));  // of "must not exist" 0, as it was asked for
  made.__set_actual(static_cast<std::int64_t>(why.actual.value));
  return made;
}

Problem explain_refusal(const schema::structure& exception, bool of_query) {
  if (of_query) return make_problem(not_found, title_of(exception) + ".");
  Problem made;
  made.type = "/problems/" + exception.name;
  made.title = title_of(exception);
  made.status = 409;
  return made;
}

}  // namespace weir::rpc
