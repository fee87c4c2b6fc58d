#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/builder.hpp"
#include "schema/schema.hpp"

/// Integers, enums and date-times as text, and back.
namespace weir::codec {

/// Whether JSON shows an integer of this type in quotes: enum names, date-times and what is @string.
[[nodiscard]] bool shown_in_quotes(const schema::type& of, std::int64_t value);

/// Appends an integer, an enum's name or a date-time without quotes.
void append_bare_integer(std::string& text, const schema::type& of, std::int64_t value);

/// Gives the builder the value that a JSON string holds, or refuses it.
void put_json_string(builder& out, std::string_view text);

/// Gives the builder a value that is written as text without JSON's quotes: a map's key, a parameter of a URL.
void put_bare_text(builder& out, std::string_view text);

}  // namespace weir::codec
