#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::codec {

/// Longer names are cut in pointers, so that a hostile input cannot make its problems much larger than itself.
inline constexpr std::size_t pointer_name_bytes_max = 256;

/// Appends /name to a JSON pointer, escaped as RFC 6901, section 3, says.
void append_pointer(std::string& pointer, std::string_view name);

}  // namespace weir::codec
