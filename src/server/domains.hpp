#pragma once

#include <vector>

#include "engine/domain.hpp"

namespace weir {

/// All domains that this program serves, the first of which an unqualified Thrift call means. A new one is one line
/// here.
[[nodiscard]] std::vector<domain> all_domains();

}  // namespace weir
