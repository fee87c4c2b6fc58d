#pragma once

#include <string>
#include <string_view>

namespace weir::codec {

/// Appends `text` as a JSON string, quotes and escapes included. The text must be UTF-8.
void append_json_string(std::string& json, std::string_view text);

}  // namespace weir::codec
