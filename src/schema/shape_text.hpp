#pragma once

#include <string>

#include "schema/schema.hpp"

namespace weir::schema {

/// Everything that a struct's bytes depend on, as text: its fields by id with type and presence, and every type that
/// they use. Two structs with the same text read each other's bytes; only names of enum members matter.
[[nodiscard]] std::string shape_text(const structure& of);

}  // namespace weir::schema
