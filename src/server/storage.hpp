#pragma once

#include <memory>

#include "domain/catalog.hpp"
#include "log/commit_log.hpp"
#include "log/migration.hpp"
#include "server/settings.hpp"
#include "state/applied_state.hpp"
#include "store/store.hpp"

namespace weir {

/// What is on disk, opened. The state and the log go before the store that they are in.
struct storage {
  std::unique_ptr<weir::store> store;
  std::unique_ptr<weir::commit_log> log;
  std::unique_ptr<applied_state> state;
};

/// Opens or makes the data directory, with all families that the domains need; data of an earlier format is migrated.
/// Errors: as store::open and migrate(); errc::newer_format also if the domains would misread the events that are
/// stored there.
[[nodiscard]] result<storage> open_storage(const serve_settings& settings, const catalog& domains,
                                           const migration_progress& progress);

/// A warning in the diagnostic log if other users may read the directory. The one that open_storage() makes is for its
/// owner alone; one that is there already stays as it is.
void warn_if_others_may_read(const std::filesystem::path& directory);

}  // namespace weir
