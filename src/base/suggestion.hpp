#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// ` (did you mean "userId"?)` if one of the names is nearly the wrong one: a third of its letters may differ. "" if
/// none is.
[[nodiscard]] std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& names);

}  // namespace weir
