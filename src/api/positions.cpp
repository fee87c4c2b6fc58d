#include "api/positions.hpp"

#include <string>

#include "api/engine_problems.hpp"

namespace weir::api {
namespace {

/// The last position that this log surely has in common with the one that a client comes from.
std::optional<position> last_common(const engine& over, position with) {
  std::optional<position> found;
  for (const log_branch& each : over.log().branches) {
    if (each.at < with && (!found || each.at < *found)) found = each.at;
  }
  return found;
}

}  // namespace

std::optional<given_position> position_in(std::string_view name, std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (const auto given = read_position(value)) return given;
  throw problem_raised{make_problem(problem_kind::malformed_request,
                                    std::string(name) + " must be a position, a whole number, or one with its mark.")};
}

std::optional<given_position> position_parameter(parameter_reader& parameters, std::string_view name, position head) {
  const auto text = parameters.text(name);
  if (!text) return std::nullopt;
  if (*text == "head") return given_position{head, {}};
  auto given = read_position(*text);
  if (!given) parameters.fault(name, "must be a position, from 0 to 9007199254740991, or one with its mark, or head");
  return given;
}

void check_history(exchange& x, const engine& over, const given_position& given) {
  const position head = over.head();
  bool is_ours = !(head < given.at);
  if (is_ours && given.mark) {
    const auto mark = over.history().mark_at(given.at);
    if (mark.has_error()) throw problem_raised{explain_read(x, mark.error())};
    is_ours = mark.value() == given.mark;
  }
  if (is_ours) return;
  const std::string at = std::to_string(given.at.value);
  std::string detail = head < given.at ? "This event log ends at position " + std::to_string(head.value) +
                                             " and never gave position " + at + "."
                                       : "Position " + at + " has another history in this event log.";
  const auto common = last_common(over, given.at);
  detail += common ? " What you know is right up to position " + std::to_string(common->value) +
                         "; go on after it, and make the rest again."
                   : " Begin again at the start (after=0), or go on after a position that you know this log gave.";
  auto why = make_problem(problem_kind::position_of_another_log, std::move(detail));
  why.extras["headPosition"] = head.value;
  if (common) why.extras["lastCommonPosition"] = common->value;
  throw problem_raised{std::move(why)};
}

}  // namespace weir::api
