#pragma once

#include <optional>

#include "openapi/json.hpp"
#include "schema/schema.hpp"

/// Example values, made from @example.
namespace weir::openapi {

/// A value of the type: its @example, or one that keeps the rules if that is easily found; nothing otherwise.
[[nodiscard]] std::optional<json> example_of(const schema::type& of);

/// A struct with all required fields, and those optional ones that have an @example; nothing if some required field has
/// no example.
[[nodiscard]] std::optional<json> example_of(const schema::structure& shape);

/// The type's @example as JSON; nothing if it has none.
[[nodiscard]] std::optional<json> stated_example(const schema::type& of);

/// A name like user-{userId} with the fields of an example filled in; the name as it stands where the example lacks
/// one.
[[nodiscard]] std::string fill_in(const schema::name_template& name, const json& example);

}  // namespace weir::openapi
