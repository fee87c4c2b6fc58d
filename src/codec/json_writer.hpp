#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::codec {

/// Appends `text` as a JSON string, quotes and escapes included. The text must be UTF-8.
void append_json_string(std::string& json, std::string_view text);

/// Appends an integer's digits.
void append_json_integer(std::string& json, std::int64_t value);

/// Appends the shortest number that reads back as the same double, always with a point or an exponent, so that -0.0
/// keeps its sign; NaN and the infinities as the strings "NaN", "Infinity", "-Infinity".
void append_json_double(std::string& json, double value);

}  // namespace weir::codec
