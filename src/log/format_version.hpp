#pragma once

#include "store/store.hpp"

namespace weir {

/// The family `meta`, whose key `format` holds the number of the format (see format.hpp) in decimal digits.
[[nodiscard]] inline family_options meta_family() { return {.name = "meta"}; }

/// The format of a store; 0 for a new store. Errors: errc::newer_format if this program cannot read it; errc::corrupt
/// if the mark is not a number, or there are events but no mark; errc::io.
[[nodiscard]] result<int> stored_format_version(const store& in);

/// Marks a store with this program's format, in a batch.
void put_format_version(const store& in, store::batch& into);

}  // namespace weir
