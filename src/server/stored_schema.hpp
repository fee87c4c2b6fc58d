#pragma once

#include <optional>

#include "domain/catalog.hpp"
#include "schema/event_schema.hpp"
#include "store/store.hpp"

namespace weir {

/// What events of these domains are stored under.
[[nodiscard]] schema::event_schema schema_of(const std::vector<domain>& domains);

/// What the events of a store were stored under: the value of the key `schema` in the family `meta`, as JSON. Nothing
/// if none is kept yet. Errors: corrupt, newer_format, io.
[[nodiscard]] result<std::optional<schema::event_schema>> stored_schema(const store& in);

/// Refuses a program that would misread the events of the store, with a line for each reason; else keeps the program's
/// schema, durably, for the next start. What the log holds no events of may go or change as it likes. Errors:
/// newer_format if the program and the events do not fit; as stored_schema; what reading and writing may give.
[[nodiscard]] result<> check_stored_schema(store& in, const catalog& domains);

}  // namespace weir
