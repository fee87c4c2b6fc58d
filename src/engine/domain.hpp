#pragma once

#include <any>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/decision.hpp"
#include "engine/views.hpp"
#include "schema/schema.hpp"

namespace weir {

/// All that a command may know beside the state it is decided on.
struct decide_context {
  timestamp now;           ///< when the command's events will have been recorded
  std::string_view actor;  ///< who asks; "" if unknown
  const weir::views& views;
};

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
  bool async;         ///< follows the log on a thread of its own, rather than being written with each commit
  std::string shape;  ///< of the rows, hashed
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
  std::variant<std::string, refusal> (*answer)(std::string_view compact, const views& views);
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

  /// Index into `events`, or npos.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t event_index(std::string_view event_name) const;
};

/// SHA-256 of a struct's shape (schema/shape_text.hpp) and a number. `type`: its name in C++, weir::users::UserState.
/// Throws std::logic_error if the IDL has no such struct.
[[nodiscard]] std::string hashed_shape(const schema::idl& in, std::string_view type, int version);

/// The part of a stream's name before the first '-'.
[[nodiscard]] std::string_view category_of(std::string_view stream);

/// All domains of this process, and what is found by its name in them.
class catalog {
 public:
  /// Throws std::logic_error if two domains share a command, event, query path, category or view: a fault of the
  /// wiring.
  explicit catalog(std::vector<domain> domains);

  [[nodiscard]] const std::vector<domain>& domains() const { return domains_; }
  [[nodiscard]] const command_type* find_command(std::string_view name) const;

  struct event_place {
    const domain* of;
    std::size_t index;  ///< into of->events
    [[nodiscard]] const event_type& type() const { return of->events[index]; }
  };
  [[nodiscard]] const event_place* find_event(std::string_view name) const;
  [[nodiscard]] const event_place* find_event(std::type_index type) const;
  [[nodiscard]] const aggregate_type* find_aggregate(std::string_view category) const;
  [[nodiscard]] const schema::structure* find_refusal(std::type_index type) const;

 private:
  std::vector<domain> domains_;
  std::unordered_map<std::string_view, const command_type*> commands_;
  std::unordered_map<std::string_view, event_place> events_;
  std::unordered_map<std::type_index, event_place> events_by_type_;
  std::unordered_map<std::string_view, const aggregate_type*> aggregates_;
};

/// The aggregate that folds an event into a stream's state: of the event's own domain, and of the stream's category.
/// Null if that stream takes no such event.
[[nodiscard]] const aggregate_type* aggregate_of(std::string_view stream, const catalog::event_place& event);

}  // namespace weir
