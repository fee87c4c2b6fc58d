#pragma once

#include "store/store.hpp"

namespace weir {

/// The family `meta`, whose key `format` holds the number of the format (see format.hpp) in decimal digits.
[[nodiscard]] inline family_options meta_family() { return {.name = "meta"}; }

/// Marks a new store with this program's format, or checks that the store is of a format that it can read.
/// Errors: newer_format; corrupt if the store has events but no mark; what reading and writing may give.
[[nodiscard]] result<> check_format_version(store& in);

}  // namespace weir
