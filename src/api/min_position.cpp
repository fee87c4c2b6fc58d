#include "api/min_position.hpp"

#include "api/log_watch.hpp"
#include "api/positions.hpp"
#include "http/header_values.hpp"
#include "http/parameters.hpp"

namespace weir::api {
namespace {

constexpr std::string_view field_name = "Weir-Min-Position";

/// Nobody tells of a view that follows the log when it has come further.
constexpr std::chrono::milliseconds view_pause{5};

/// The mark is compared once the log has reached the position.
void answer_of_history(exchange& x, engine& over, given_position given, const read& answer) {
  const read checked = [&over, given, answer](exchange& to, position at_least) {
    if (!(over.head() < at_least)) check_history(to, over, given);
    return answer(to, at_least);
  };
  if (!checked(x, given.at)) x.go_on_with(answer_when_reached(x, over, given.at, checked));
}

}  // namespace

std::optional<given_position> given_min_position(const request& asked) {
  const auto value = asked.field(field_name);
  if (!value) return std::nullopt;
  const auto wanted = read_position(*value);
  if (wanted && asked.count(field_name) == 1) return wanted;
  throw problem_raised{make_problem(problem_kind::malformed_request,
                                    "Weir-Min-Position must be one position, a whole number, or one with its mark.")};
}

void add_read(router& to, engine& over, std::string_view pattern, auth::requirement needs, read answer) {
  to.add_quick(method::get, pattern, std::move(needs), [&over, answer = std::move(answer)](exchange& x) {
    const auto given = given_min_position(x.request());
    const position at_least = given ? given->at : position{};
    if (given && given->mark) return answer_of_history(x, over, *given, answer);
    if (answer(x, at_least)) return;
    x.go_on_with(answer_when_reached(x, over, at_least, answer));
  });
}

steady_clock::time_point end_of_patience(const request& asked) {
  return steady_clock::now() + preferred_wait(asked).value_or(std::chrono::seconds(limits::min_position_wait));
}

task<> wait_for_more(exchange& x, engine& over, position at_least, steady_clock::time_point until) {
  const auto now = steady_clock::now();
  if (now >= until || x.stopping() || x.client_ended()) {
    throw problem_raised{make_unavailable(
        problem_kind::unavailable, "This server has not reached position " + std::to_string(at_least.value) + " yet.")};
  }
  x.need_still_valid_credential();
  until = std::min(until, x.credential_ends());
  const bool log_is_there = !(over.head() < at_least);
  co_await log_watch::of(x, over).wait(x, log_is_there ? std::min(until, now + view_pause) : until);
}

task<> answer_when_reached(exchange& x, engine& over, position at_least, read answer) {
  const auto until = end_of_patience(x.request());
  while (!answer(x, at_least)) co_await wait_for_more(x, over, at_least, until);
}

task<> wait_for_min_position(exchange& x, engine& over) {
  const auto given = given_min_position(x.request());
  if (!given) co_return;
  if (over.head() < given->at) {
    co_await answer_when_reached(x, over, given->at,
                                 [&over](exchange&, position wanted) { return !(over.head() < wanted); });
  }
  check_history(x, over, *given);
}

}  // namespace weir::api
