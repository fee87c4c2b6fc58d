#pragma once

#include <vector>

#include "domain/catalog.hpp"

namespace weir {

/// All domains that this program serves, the first of which an unqualified Thrift call means. src/CMakeLists.txt lists
/// them.
[[nodiscard]] std::vector<domain> all_domains();

}  // namespace weir
