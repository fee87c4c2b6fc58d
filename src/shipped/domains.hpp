#pragma once

#include <vector>

#include "domain/tables.hpp"

namespace weir {

/// The domains of the program that is shipped. The first is the one that a Thrift call means which names none.
[[nodiscard]] std::vector<domain> shipped_domains();

}  // namespace weir
