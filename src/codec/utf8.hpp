#pragma once

#include <cstddef>
#include <string_view>

namespace weir::codec {

/// Whether bytes are UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// The number of Unicode code points of a UTF-8 text.
[[nodiscard]] std::size_t code_points(std::string_view text);

/// The longest beginning of a UTF-8 text that has at most `bytes_max` bytes and ends between code points.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

}  // namespace weir::codec
