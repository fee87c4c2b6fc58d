#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace weir {

/// A new UUID, version 7 (RFC 9562, section 5.7), as its 16 bytes: the time in milliseconds, then 74 random bits.
[[nodiscard]] std::string new_uuid(timestamp now);

/// 16 bytes as text, 0190163d-8694-739b-aea5-966c26f8ad91. The bytes must be 16.
[[nodiscard]] std::string uuid_text(std::string_view bytes);

/// The 16 bytes of a UUID's text, in upper or lower case; nothing for any other text.
[[nodiscard]] std::optional<std::string> uuid_bytes(std::string_view text);

/// `bytes` random bytes from the operating system, as lower-case hexadecimal digits. At most 4096 bytes.
[[nodiscard]] std::string random_hex(std::size_t bytes);

}  // namespace weir
