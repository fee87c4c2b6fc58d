#pragma once

#include <memory>

#include "domain/catalog.hpp"
#include "log/commit_log.hpp"
#include "log/migration.hpp"
#include "server/settings.hpp"
#include "state/applied_state.hpp"
#include "store/store.hpp"

namespace weir {

/// The opened data. The state and the event log are destroyed before their store.
struct storage {
  std::unique_ptr<weir::store> store;
  std::unique_ptr<weir::commit_log> log;
  std::unique_ptr<applied_state> state;
};

/// `open_files_max`: as in store_options. Opens or creates the data directory, with all families that the domains need; migrates data of an earlier format.
/// Errors: as store::open and migrate(); errc::newer_format also if the domains would misread the stored events.
[[nodiscard]] result<storage> open_storage(const serve_settings& settings, int open_files_max, const catalog& domains,
                                           const migration_progress& progress);

/// Opens data to be read only: nothing in the directory is changed, and it may be on a read-only file system. Errors: as
/// store::open_to_read; errc::newer_format as above; errc::unavailable if the data is of an earlier format, which must be
/// migrated first.
[[nodiscard]] result<std::unique_ptr<store>> open_data_to_read(const std::filesystem::path& data, int open_files_max,
                                                               const catalog& domains);

/// Logs a warning if other users can access the directory. open_storage() creates it for its owner only; an existing
/// directory keeps its permissions.
void warn_if_others_may_read(const std::filesystem::path& directory);

}  // namespace weir
