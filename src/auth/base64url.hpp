#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::auth {

/// The bytes of base64url without padding (RFC 7515, section 2). Nothing for any other text: one with padding, white
/// space, or bits after the last byte that are not zero. So each byte string has one text.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace weir::auth
