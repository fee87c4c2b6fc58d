#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>

#include <boost/type_index.hpp>

#include "domain/domain_checks.hpp"
#include "domain/tables.hpp"
#include "domain/upcasts.hpp"
#include "schema/binding.hpp"

/// How a domain is declared: one function lists its parts,
///
///     domain users() { return define_domain<binding, aggregate<"user", UserState>, users_view, emails_view>(); }
///
/// and everything else is found by overload: `decide(state, command, context)` for each command, `evolve(state, event)`
/// for each event, `answer(query, context)` for each query, `Projection::on(event, recording, rows)` for the events a
/// projection cares about. A part that is missing, or has another signature, does not compile. If a view is read that
/// no domain lists, define_domain() throws std::logic_error, in the program and in tests alike. An event with an
/// `upcast(event)` is no longer recorded: evolve and projections get the result of the upcast (domain/upcasts.hpp).
namespace weir {

/// Streams of this category are folded to this state, a generated struct. Raise the version when `evolve` makes another
/// state from the same events: snapshots of earlier versions are then ignored.
template <schema::fixed_text Category, class State, int Version = 1>
struct aggregate {
  static constexpr std::string_view category = Category.view();
  static constexpr int version = Version;
  using state = State;
};

namespace defining {

template <class Struct>
std::string encode_any(const std::any& value) {
  return codec::encode(std::any_cast<const Struct&>(value));
}

template <class Struct>
std::any decode_any(std::string_view compact) {
  return codec::decode<Struct>(compact);
}

inline const schema::structure& shape_of(const schema::structure* list, std::string_view member) {
  const schema::field* field = list ? list->find(member) : nullptr;
  if (!field || !field->type.shape) throw std::logic_error("the IDL and its binding differ at " + std::string(member));
  return *field->type.shape;
}

template <class State, class Event>
constexpr auto evolve_function() -> void (*)(std::any&, const std::any&) {
  static_assert(!superseded<Event> || !evolves<State, Event>,
                "an event with an upcast has no evolve() of its own: it would never be called");
  static_assert(!evolves_a_copy<State, Event>,
                "this evolve() changes a copy of the state: it must be void evolve(State&, const Event&)");
  if constexpr (superseded<Event> && evolves<State, newest<Event>>) {
    return [](std::any& state, const std::any& event) {
      evolve(std::any_cast<State&>(state), to_newest(std::any_cast<const Event&>(event)));
    };
  } else if constexpr (evolves<State, Event>) {
    return [](std::any& state, const std::any& event) {
      evolve(std::any_cast<State&>(state), std::any_cast<const Event&>(event));
    };
  } else {
    return nullptr;
  }
}

template <class Projection, class Event>
constexpr auto projection_function() -> void (*)(const std::any&, const recording&, row_sink&) {
  static_assert(!superseded<Event> || !projects<Projection, Event>,
                "an event with an upcast has no on() of its own: it would never be called");
  if constexpr (superseded<Event> && projects<Projection, newest<Event>>) {
    return [](const std::any& event, const recording& recorded, row_sink& sink) {
      rows<Projection> into(sink);
      Projection::on(to_newest(std::any_cast<const Event&>(event)), recorded, into);
    };
  } else if constexpr (projects<Projection, Event>) {
    return [](const std::any& event, const recording& recorded, row_sink& sink) {
      rows<Projection> into(sink);
      Projection::on(std::any_cast<const Event&>(event), recorded, into);
    };
  } else {
    return nullptr;
  }
}

template <class Struct>
const schema::structure* shape_of(const domain& of) {
  return &shape_named(*of.idl, boost::typeindex::type_id<Struct>().pretty_name());
}

/// The shape of a generated struct, hashed with a version.
template <class Struct>
std::string shape_hash(const domain& of, int version) {
  return hashed_shape(*of.idl, boost::typeindex::type_id<Struct>().pretty_name(), version);
}

template <class Binding, projection_part Part, class... Events>
void add_projection(domain& to, schema::entries<Events...>) {
  constexpr bool has_row = is_among<typename Part::row>(typename Binding::structs{});
  constexpr bool fills_another = (projects_into_another<Part, typename Events::type> || ...);
  constexpr bool is_filled = (projects<Part, typename Events::type> || ...);
  static_assert(has_row,
                "the row of this projection is no generated struct of the domain's IDL: declare the row there");
  static_assert(!fills_another,
                "an on() of this projection takes the rows<> of another one: it must take the rows<> of its own");
  static_assert(fills_another || !(projects_otherwise<Part, typename Events::type> || ...),
                "an on() of this projection would never be called: it must be static void on(const Event&, const "
                "recording&, rows<Projection>&)");
  static_assert(is_filled || fills_another,
                "nobody fills this view: no on() of its projection takes an event of the domain");
  if constexpr (has_row && is_filled) {
    static_assert(!projects_what_is_no_event<Part, typename Events::type...>,
                  "an on() of this projection takes what is no member of the union Event: it would never be called");
    static_assert(!(has_personal_keys<Part> && is_async<Part>),
                  "a projection with a personal_key() cannot be async: an erasure removes its rows with the commit");
    (void)&noted<Part>::as_listed;
    to.projections.push_back({std::string(Part::name),
                              Part::version,
                              is_async<Part>,
                              shape_hash<typename Part::row>(to, 0),
                              shape_of<typename Part::row>(to),
                              has_personal_keys<Part>,
                              &view_tag_of<Part>,
                              {projection_function<Part, typename Events::type>()...}});
  }
}

template <class Binding, class Part, class... Events>
void add_part(domain& to, schema::entries<Events...>) {
  if constexpr (aggregate_part<Part>) {
    using state = typename Part::state;
    static_assert(is_among<state>(typename Binding::structs{}),
                  "the state of this aggregate is no generated struct of the domain's IDL: declare it there");
    auto made = std::make_unique<aggregate_type>();
    made->category = Part::category;
    made->initial = [] { return std::any(state{}); };
    made->encode = encode_any<state>;
    made->decode = decode_any<state>;
    made->shape = shape_hash<state>(to, Part::version);
    made->state_shape = shape_of<state>(to);
    made->evolve = {evolve_function<state, typename Events::type>()...};
    to.aggregates.push_back(std::move(made));
  } else {
    static_assert(projection_part<Part>, "a part of a domain is an aggregate or a projection (row, name, version, on)");
    if constexpr (projection_part<Part>) add_projection<Binding, Part>(to, schema::entries<Events...>{});
  }
}

template <class Entry, class Part>
constexpr bool decides = [] {
  if constexpr (aggregate_part<Part>) {
    return Part::category == Entry::category;
  } else {
    return false;
  }
}();

template <class Entry, class Part>
std::unique_ptr<command_type> command_of(const domain& in) {
  using state = typename Part::state;
  using command = typename Entry::type;
  auto made = std::make_unique<command_type>();
  made->name = Entry::name;
  made->shape = &shape_of(in.idl->commands(), Entry::name);
  for (const auto& one : in.aggregates) {
    if (one->category == Part::category) made->aggregate = one.get();
  }
  made->decode = decode_any<command>;
  made->encode = encode_any<command>;
  made->decide = [](const std::any& now, const std::any& asked, const decide_context& context) -> decision {
    return decide(std::any_cast<const state&>(now), std::any_cast<const command&>(asked), context);
  };
  return made;
}

template <class Entry, class Part>
void add_decider(domain& to) {
  if constexpr (decides<Entry, Part>) {
    using state = typename Part::state;
    using command = typename Entry::type;
    static_assert(has_decide<state, command>,
                  "there is no decide() for this command: declare decision decide(const State&, const Command&, const "
                  "decide_context&) in the domain's namespace, and include its header here");
    static_assert(!has_decide<state, command> || has_proper_decide<state, command>,
                  "the decide() of this command must return a decision");
    if constexpr (has_proper_decide<state, command>) to.commands.push_back(command_of<Entry, Part>(to));
  }
}

template <class Entry, class... Parts>
void add_command(domain& to) {
  static_assert((decides<Entry, Parts> || ...), "no aggregate has the category of this command's @stream");
  (add_decider<Entry, Parts>(to), ...);
}

template <class Event>
constexpr auto upcast_function() -> std::any (*)(const std::any&) {
  if constexpr (superseded<Event>) {
    return [](const std::any& event) { return std::any(to_newest(std::any_cast<const Event&>(event))); };
  } else {
    return nullptr;
  }
}

template <class Entry, class... Parts, class... Events>
void add_event(domain& to, schema::entries<Events...>) {
  using event = typename Entry::type;
  static_assert((std::is_same_v<newest<event>, typename Events::type> || ...),
                "an upcast of this event makes something that is no member of the union Event");
  static_assert(([] {
                  if constexpr (aggregate_part<Parts>) {
                    return evolves<typename Parts::state, newest<event>>;
                  } else {
                    return false;
                  }
                }() ||
                 ...),
                "no aggregate has an evolve() for this event");
  to.events.push_back({std::string(Entry::name), &shape_of(to.idl->events(), Entry::name), typeid(event),
                       encode_any<event>, decode_any<event>, upcast_function<event>()});
  to.personal = to.personal || to.events.back().shape->personal;
}

template <class Entry>
std::unique_ptr<query_type> query_of(const domain& in) {
  using query = typename Entry::type;
  using answer_type = typename Entry::answer;
  auto made = std::make_unique<query_type>();
  made->name = Entry::name;
  made->method = in.idl->rpc()->find(Entry::name);
  if (!made->method) throw std::logic_error("the IDL and its binding differ at " + std::string(Entry::name));
  made->shape = made->method->query;
  made->answer_shape = made->method->answer->shape;
  made->answer = [](std::string_view compact, const query_context& context) -> std::variant<std::string, refusal> {
    answer_or_refusal<answer_type> answered = answer(codec::decode<query>(compact), context);
    if (auto* refused = std::get_if<refusal>(&answered)) return std::move(*refused);
    return codec::encode(std::get<answer_type>(answered));
  };
  return made;
}

template <class Entry>
void add_query(domain& to) {
  using query = typename Entry::type;
  using answer_type = typename Entry::answer;
  static_assert(has_answer<query>,
                "there is no answer() for this query: declare answer_or_refusal<Answer> answer(const Query&, const "
                "query_context&) in the domain's namespace, and include its header here");
  static_assert(!has_answer<query> || has_proper_answer<query, answer_type>,
                "the answer() of this query must return the struct that the service declares for it, or a refusal");
  if constexpr (has_proper_answer<query, answer_type>) to.queries.push_back(query_of<Entry>(to));
}

template <class Entry>
void add_refusal(domain& to) {
  const schema::structure* shape = to.idl->find(Entry::name);
  if (!shape) throw std::logic_error("the IDL and its binding differ at " + std::string(Entry::name));
  to.refusals.emplace(typeid(typename Entry::type), shape);
}

template <class Binding, class... Parts, class... Commands, class... Events, class... Queries, class... Refusals>
void fill(domain& made, schema::entries<Commands...>, schema::entries<Events...> events, schema::entries<Queries...>,
          schema::entries<Refusals...>) {
  (add_event<Events, Parts...>(made, events), ...);
  (add_part<Binding, Parts>(made, events), ...);
  (add_command<Commands, Parts...>(made), ...);
  (add_query<Queries>(made), ...);
  (add_refusal<Refusals>(made), ...);
}

}  // namespace defining

/// A domain of a generated binding and its parts: aggregates and projections, in any order.
template <class Binding, class... Parts>
[[nodiscard]] domain define_domain() {
  defining::check_that_views_read_are_listed();
  domain made;
  made.name = Binding::name;
  made.idl = Binding::idl();
  defining::fill<Binding, Parts...>(made, typename Binding::commands{}, typename Binding::events{},
                                    typename Binding::queries{}, typename Binding::refusals{});
  return made;
}

}  // namespace weir
