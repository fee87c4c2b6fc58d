#pragma once

#include <string>
#include <string_view>

#include "schema/schema.hpp"

namespace weir::codec {

/// Whether equal values of a type can have different compact bytes: members, set elements and map entries may stand in
/// any order.
[[nodiscard]] bool has_several_forms(const schema::type& of);

/// Bytes that are the same for equal values of the type, given its compact bytes as an element. They have no other use.
[[nodiscard]] std::string canonical_form(const schema::type& of, std::string_view compact);

}  // namespace weir::codec
