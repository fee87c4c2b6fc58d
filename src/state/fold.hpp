#pragma once

#include <any>
#include <string_view>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "log/recorded_event.hpp"

/// How events become states and rows: read, find, decode, fold. The only code that does it.
namespace weir {

/// An event of a domain, decoded.
struct known_event {
  const catalog::event_place& place;
  const std::any& event;
  recording recorded;
};

/// An event as it is stored, whose type a domain knows. Its texts live as long as the bytes it was read from.
struct found_event {
  const catalog::event_place* place;
  recording recorded;
  std::string_view payload;

  /// The generated struct. Throws apache::thrift::TException if the payload is damaged.
  [[nodiscard]] std::any decode() const { return place->type().decode(payload); }
};

/// Reads a stored event and finds its type. Error errc::corrupt if its bytes are damaged or no domain knows its type.
[[nodiscard]] result<found_event> find_event(const catalog& domains, std::string_view bytes, std::string_view stream,
                                             sequence number);

/// Whether a projection takes an event.
[[nodiscard]] inline bool takes(const projection_type& projection, const catalog::event_place& event) {
  return projection.on[event.index] != nullptr;
}

/// Changes the rows of one projection of the event's domain, which takes it. Throws what the projection throws.
inline void fold_into_rows(const projection_type& projection, const known_event& what, row_sink& rows) {
  projection.on[what.place.index](what.event, what.recorded, rows);
}

/// Calls `fold(projection, event)` for every projection of the event's domain that takes the event.
template <class Fold>
void for_each_projection(const known_event& what, Fold fold) {
  for (const projection_type& projection : what.place.of->projections) {
    if (takes(projection, what.place)) fold(projection, what);
  }
}

/// Changes the state of an aggregate. Error errc::corrupt if the aggregate takes no such event.
[[nodiscard]] result<> fold_into_state(const aggregate_type& type, const known_event& what, std::any& state);

}  // namespace weir
