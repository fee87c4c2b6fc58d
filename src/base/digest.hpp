#pragma once

#include <string>
#include <string_view>

namespace weir {

/// SHA-256, its 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace weir
