#pragma once

#include <functional>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "store/store.hpp"

namespace weir {

/// How far a migration is, and whether it shall go on.
using migration_progress = std::function<bool(position at, position end)>;

/// Makes the present format (log/format.hpp) of a store of an earlier one, and marks a new store with it.
///
/// Of formats 1 and 2, which had no commits, whole commands are gathered into commits of epoch 0, in the order of the
/// log; the events, positions and streams stay as they are. It may be broken off at any moment: the next start goes on
/// behind the last commit that was made. An earlier program refuses the store from the first moment on.
///
/// Errors: errc::newer_format; errc::corrupt if the store has events and no mark, or an event cannot be read;
/// errc::unavailable if `progress` says that it shall not go on; errc::io, errc::outcome_unknown.
[[nodiscard]] result<> migrate(store& in, const migration_progress& progress);

}  // namespace weir
