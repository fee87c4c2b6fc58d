#pragma once

#include "weir/domain.hpp"

namespace orders {

/// The domain: its contract is in idl/, its rules in rules.hpp.
[[nodiscard]] weir::domain domain();

}  // namespace orders
