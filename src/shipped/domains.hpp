#pragma once

#include <vector>

#include "domain/tables.hpp"

namespace weir {

/// The domains of the shipped program. A Thrift call that names no domain means the first.
[[nodiscard]] std::vector<domain> shipped_domains();

}  // namespace weir
