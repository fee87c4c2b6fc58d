#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::schema {

/// Bytes as base64 with padding (RFC 4648, section 4).
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// The bytes of a base64 text with padding; nothing for any other text.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace weir::schema
