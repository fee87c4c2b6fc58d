#pragma once

#include "problem/problem.hpp"
#include "weir/weir_types.h"

namespace weir::rpc {

/// A problem as the exception of idl/weir.
[[nodiscard]] Problem struct_of(const problem& what);

}  // namespace weir::rpc
