#pragma once

#include <optional>
#include <string>

#include <pugixml.hpp>

#include "schema/schema.hpp"

namespace weir::schema {

/// A constant of the IDL (the one child of a <default>) as Weir's JSON shows a value of that type; nothing if it is not
/// a value of that type.
[[nodiscard]] std::optional<std::string> default_as_json(const pugi::xml_node& constant, const type& of);

}  // namespace weir::schema
