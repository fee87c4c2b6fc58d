#pragma once

#include "weir/domain.hpp"

namespace weir::nasty {

/// A second domain, which fails when it is told to: words and numbers decide (nasty_domain.cpp).
[[nodiscard]] domain nasty();

}  // namespace weir::nasty
