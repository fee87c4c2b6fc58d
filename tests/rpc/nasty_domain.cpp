#include "rpc/nasty_domain.hpp"

#include <stdexcept>
#include <tuple>

#include "weir/define_domain.hpp"
#include "weir_test_nasty/binding.hpp"

namespace weir::weir_test_nasty {
namespace {

Impossible impossible() {
  Impossible why;
  why.why = "it is";
  return why;
}

}  // namespace

/// Thrift declares it for elements of sets, and leaves it to us.
bool Point::operator<(const Point& other) const { return std::tie(x, y) < std::tie(other.x, other.y); }

decision decide(const Point&, const DoCommand& command, const decide_context&) {
  if (command.word == "throw") throw std::runtime_error("the secret is 42");
  if (command.word == "refuse") return refuse(impossible());
  return happens(DoneEvent{});
}

decision decide(const Empty&, const UndoCommand&, const decide_context&) { return nothing_happens(); }

void evolve(Point& state, const DoneEvent&) { ++state.x; }

answer_or_refusal<Everything> answer(const FindQuery& query, const query_context&) {
  if (query.number == 1) return refuse(impossible());
  if (query.number == 2) throw std::runtime_error("the secret is 42");
  Everything found;
  Scalars scalars;
  scalars.large = query.number;
  found.__set_scalars(scalars);
  return found;
}

domain nasty() { return define_domain<binding, aggregate<"thing", Point>, aggregate<"other", Empty>>(); }

}  // namespace weir::weir_test_nasty
