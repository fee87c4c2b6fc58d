#pragma once

#include "store/store.hpp"

namespace weir {

/// The family `meta`, whose key `format` holds the number of the format (see format.hpp) in decimal digits.
[[nodiscard]] inline family_options meta_family() { return {.name = "meta"}; }

/// The format that a store is marked with; of a new store 0. Errors: errc::newer_format for one that this program
/// cannot read; errc::corrupt if the mark is no number, or there are events and no mark; errc::io.
[[nodiscard]] result<int> stored_format_version(const store& in);

/// Marks a store with this program's format, in a batch.
void put_format_version(const store& in, store::batch& into);

}  // namespace weir
