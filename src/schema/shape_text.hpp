#pragma once

#include <string>

#include "schema/schema.hpp"

namespace weir::schema {

/// All that bytes of a struct depend on, as text: its fields by id with type and presence, and so each type that they
/// lead to. Two structs with the same text read each other's bytes; names do not matter but to enums.
[[nodiscard]] std::string shape_text(const structure& of);

}  // namespace weir::schema
