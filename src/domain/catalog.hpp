#pragma once

#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/tables.hpp"

namespace weir {

/// All domains of this process, and lookup by name in them.
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

  /// The projection of a view, if its domain has personal data; else null.
  [[nodiscard]] const projection_type* find_personal_view(view_tag view) const;
  /// Whether the domain of an aggregate has personal data.
  [[nodiscard]] bool is_personal(const aggregate_type& of) const { return personal_aggregates_.count(&of) != 0; }
  /// Whether any domain has personal data.
  [[nodiscard]] bool is_personal() const;

 private:
  std::vector<domain> domains_;
  std::unordered_map<std::string_view, const command_type*> commands_;
  std::unordered_map<std::string_view, event_place> events_;
  std::unordered_map<std::type_index, event_place> events_by_type_;
  std::unordered_map<std::string_view, const aggregate_type*> aggregates_;
  std::unordered_map<view_tag, const projection_type*> personal_views_;
  std::unordered_set<const aggregate_type*> personal_aggregates_;
};

/// The aggregate that folds an event into a stream's state: of the event's own domain, and of the stream's category.
/// Null if that stream takes no such event.
[[nodiscard]] const aggregate_type* aggregate_of(std::string_view stream, const catalog::event_place& event);

}  // namespace weir
