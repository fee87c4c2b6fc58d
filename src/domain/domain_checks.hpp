#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "domain/contexts.hpp"
#include "domain/decision.hpp"
#include "schema/binding.hpp"

/// Compile-time checks of define_domain() on the parts of a domain: whether each function exists and can be called, and
/// whether there is a function that would never be called.
namespace weir::defining {

template <class Part>
concept aggregate_part = requires {
  typename Part::state;
  Part::category;
};

template <class Struct, class... Structs>
constexpr bool is_among(schema::types<Structs...>) {
  return (std::is_same_v<Struct, Structs> || ...);
}

template <class State, class Command>
concept has_decide = requires(const State& state, const Command& command, const decide_context& context) {
  decide(state, command, context);
};

template <class State, class Command>
concept has_proper_decide = requires(const State& state, const Command& command, const decide_context& context) {
  { decide(state, command, context) } -> std::convertible_to<decision>;
};

template <class State, class Event>
concept evolves = requires(State& state, const Event& event) {
  evolve(state, event);
};

/// A function that takes its state by value or as const also accepts a temporary.
template <class State, class Event>
concept evolves_a_copy = requires(State state, const Event& event) {
  evolve(std::move(state), event);
};

template <class Query>
concept has_answer = requires(const Query& query, const query_context& context) {
  answer(query, context);
};

template <class Query, class Answer>
concept has_proper_answer = requires(const Query& query, const query_context& context) {
  { answer(query, context) } -> std::convertible_to<answer_or_refusal<Answer>>;
};

template <class Projection, class Event>
concept projects = requires(const Event& event, const recording& recorded, rows<Projection>& into) {
  Projection::on(event, recorded, into);
};

/// Converts to the rows of any projection, in the signature of an `on`.
struct any_rows {
  template <class Projection>
  operator rows<Projection>&() const;
};

/// There is an `on` for the event that does not get rows of its own projection.
template <class Projection, class Event>
concept projects_into_another =
    !projects<Projection, Event> && requires(const Event& event, const recording& recorded) {
  Projection::on(event, recorded, any_rows{});
};

/// There is an `on` for the event that cannot be called as it would be.
template <class Projection, class Event>
concept projects_otherwise =
    !projects<Projection, Event> &&
    (
        requires(const Event& event, rows<Projection>& into) { Projection::on(event, into); } ||
        requires(const Event& event, const recording& recorded) { Projection::on(event, recorded); } ||
        requires(const Event& event) { Projection::on(event); } ||
        requires(const Event& event, const recording& recorded, rows<Projection>& into) {
          Projection::on(event, into, recorded);
        } ||
        requires(Projection & one, const Event& event, const recording& recorded, rows<Projection>& into) {
          one.on(event, recorded, into);
        });

/// Converts to any type that is not one of these, in the signature of an `on`.
template <class... Events>
struct anything_but {
  template <class Other>
  requires(!std::is_same_v<Other, Events> && ...) operator const Other&() const;
};

struct no_on {};

/// The functions `on` of a projection, and one for whatever none of them takes.
template <class Projection>
struct with_another_on : Projection {
  using Projection::on;
  static no_on on(...);
};

/// Some `on` takes an event that is none of these: it, or one of several, is chosen rather than the one for the rest. A
/// template that takes everything says nothing.
template <class Projection, class... Events>
constexpr bool projects_what_is_no_event = [] {
  if constexpr (std::is_final_v<Projection> ||
                requires(const recording& recorded) { Projection::on(no_on{}, recorded, any_rows{}); }) {
    return false;
  } else {
    return !requires(const recording& recorded) {
      requires std::is_same_v<no_on, decltype(with_another_on<Projection>::on(anything_but<Events...>{}, recorded,
                                                                              any_rows{}))>;
    };
  }
}();

}  // namespace weir::defining
