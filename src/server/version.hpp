#pragma once

#include <string_view>

namespace weir {

inline constexpr std::string_view version_text = WEIR_VERSION;

}  // namespace weir
