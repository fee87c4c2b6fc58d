#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/catalog.hpp"
#include "schema/event_schema.hpp"
#include "store/store.hpp"

namespace weir {

/// The event schema of these domains.
[[nodiscard]] schema::event_schema schema_of(const std::vector<domain>& domains);

/// The event schema of a store: the value of the key `schema` in the family `meta`, as JSON. Nothing if there is none
/// yet. Errors: corrupt, newer_format, io.
[[nodiscard]] result<std::optional<schema::event_schema>> stored_schema(const store& in);

/// Refuses a program that would misread the events of the store, with a line for each reason; otherwise stores the
/// program's schema, durably, for the next start. Event types without stored events may change or go. Errors:
/// newer_format if the program would misread events; as stored_schema; those of reading and writing.
[[nodiscard]] result<> check_stored_schema(store& in, const catalog& domains);

/// The schema of stored events as its bytes; "" if there is none. Errors: errc::io.
[[nodiscard]] result<std::string> stored_schema_text(const store& in);
void put_stored_schema_text(const store& in, store::batch& into, std::string_view text);

}  // namespace weir
