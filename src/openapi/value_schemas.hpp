#pragma once

#include <cstdint>
#include <string>

#include "openapi/json.hpp"
#include "schema/schema.hpp"

/// JSON Schemas of values that refer to no other schema.
namespace weir::openapi {

/// Integers beyond this are not exact in every JSON implementation, and are refused: 2^53 - 1 (RFC 7493, section 2.2).
inline constexpr std::int64_t exact_integer_max = (std::int64_t{1} << 53) - 1;

/// The schema of a boolean, a number, a string or binary data with all rules that JSON Schema can express.
[[nodiscard]] json scalar_schema(const schema::type& of);

/// The rules that JSON Schema cannot express, as sentences; "" if there are none.
[[nodiscard]] std::string further_rules(const schema::type& of);

/// The schema of a map's member name: strings, integers and enums as text. For schema::names_members(key).
[[nodiscard]] json name_schema(const schema::type& key);

// For Weir's own endpoints.

[[nodiscard]] json text_schema(std::string description);
[[nodiscard]] json constant_schema(json value);
[[nodiscard]] json integer_schema(std::int64_t least, std::int64_t most, std::string description);
/// A position of the event log as clients send it, with or without its mark. `may_be_empty`: as browsers may send it.
[[nodiscard]] json position_schema(bool may_be_empty = false);
[[nodiscard]] json moment_schema(std::string description);

/// An object that may get more members in later versions. `required`: an array of names.
[[nodiscard]] json object_schema(std::string description, json properties, json required);

}  // namespace weir::openapi
