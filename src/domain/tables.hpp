#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <variant>
#include <vector>

#include "domain/contexts.hpp"
#include "domain/decision.hpp"
#include "domain/views.hpp"
#include "schema/schema.hpp"

namespace weir {

/// A domain as the engine knows it: tables of functions over erased types, filled in by define_domain().
/// Immutable; pointers into it live as long as the domain.

struct event_type {
  std::string name;  ///< on the wire: userCreated
  const schema::structure* shape;
  std::type_index type;
  std::string (*encode)(const std::any& event);  ///< compact bytes
  std::any (*decode)(std::string_view compact);
  /// Makes the newest form of an event that is no longer recorded; null for one that is.
  std::any (*upcast)(const std::any& event);
};

/// How one kind of stream becomes a state.
struct aggregate_type {
  std::string category;  ///< the part of the stream's name before the first '-'
  std::any (*initial)();
  std::string (*encode)(const std::any& state);  ///< compact bytes
  std::any (*decode)(std::string_view compact);
  std::string shape;  ///< of the state, hashed: a snapshot of another shape is not read
  const schema::structure* state_shape;
  /// By index of the event in domain::events; null where the aggregate does not know the event.
  std::vector<void (*)(std::any& state, const std::any& event)> evolve;
};

struct command_type {
  std::string name;  ///< on the wire: createUser
  const schema::structure* shape;
  const aggregate_type* aggregate;
  std::any (*decode)(std::string_view compact);
  std::string (*encode)(const std::any& command);  ///< compact bytes, always the same for equal commands
  decision (*decide)(const std::any& state, const std::any& command, const decide_context& context);
};

struct projection_type {
  std::string name;
  int version;
  bool async;         ///< follows the event log on a thread of its own, instead of being written with each commit
  std::string shape;  ///< of the rows, hashed
  const schema::structure* row_shape;
  bool has_personal_keys;  ///< rows are found by personal values
  view_tag view;
  /// By index of the event in domain::events; null where the projection does not care.
  std::vector<void (*)(const std::any& event, const recording& recorded, row_sink& rows)> on;
};

struct query_type {
  std::string name;  ///< of the service's method: getUser
  const schema::method* method;
  const schema::structure* shape;
  const schema::structure* answer_shape;
  /// Compact bytes of the query -> compact bytes of the answer, or a refusal.
  std::variant<std::string, refusal> (*answer)(std::string_view compact, const query_context& context);
};

struct domain {
  std::string name;
  std::shared_ptr<const schema::idl> idl;
  std::vector<event_type> events;
  std::vector<std::unique_ptr<aggregate_type>> aggregates;
  std::vector<std::unique_ptr<command_type>> commands;
  std::vector<projection_type> projections;
  std::vector<std::unique_ptr<query_type>> queries;
  std::unordered_map<std::type_index, const schema::structure*> refusals;
  bool personal = false;  ///< whether any event has personal fields: then rows and states may hold sealed values

  /// Index into `events`, or npos.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t event_index(std::string_view event_name) const;
};

/// A struct by its name in C++, weir::users::UserState. Throws std::logic_error if the IDL has no such struct.
[[nodiscard]] const schema::structure& shape_named(const schema::idl& in, std::string_view type);

/// SHA-256 of a struct's shape (schema/shape_text.hpp) and a number. `type`: as for shape_named().
[[nodiscard]] std::string hashed_shape(const schema::idl& in, std::string_view type, int version);

/// The part of a stream's name before the first '-'.
[[nodiscard]] std::string_view category_of(std::string_view stream);

}  // namespace weir
