#pragma once

#include <functional>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "store/store.hpp"

namespace weir {

/// Gets a migration's progress; returns whether to continue.
using migration_progress = std::function<bool(position at, position end)>;

/// Migrates a store of an earlier format to the current one (log/format.hpp), and marks a new store with it.
///
/// Formats 1 and 2 had no commits: whole commands are gathered into commits of epoch 0, in the order of the event log.
/// The events, positions and streams stay unchanged. The migration may be interrupted at any moment: the next start
/// continues after the last commit that was made. An earlier program refuses the store once the migration has begun.
///
/// Errors: errc::newer_format; errc::corrupt if the store has events but no mark, or an event cannot be read;
/// errc::unavailable if `progress` returns false; errc::io, errc::outcome_unknown.
[[nodiscard]] result<> migrate(store& in, const migration_progress& progress);

/// Whether a store is in the current format, so that migrate() would change nothing. Errors: as migrate().
[[nodiscard]] result<bool> is_migrated(const store& in);

}  // namespace weir
