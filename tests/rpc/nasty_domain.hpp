#pragma once

#include "weir/domain.hpp"

namespace weir::weir_test_nasty {

/// A second domain, which fails when it is told to: words and numbers decide (nasty_domain.cpp).
[[nodiscard]] domain nasty();

}  // namespace weir::weir_test_nasty
