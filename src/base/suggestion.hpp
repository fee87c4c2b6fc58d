#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// ` (did you mean "userId"?)` if one of the names is similar to the wrong one: at most a third of its letters differ.
/// Otherwise "".
[[nodiscard]] std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& names);

}  // namespace weir
