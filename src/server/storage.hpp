#pragma once

#include <memory>

#include "domain/catalog.hpp"
#include "log/commit_log.hpp"
#include "server/settings.hpp"
#include "store/store.hpp"

namespace weir {

/// What is on disk, opened: the journal goes before the store that it is in.
struct storage {
  std::unique_ptr<weir::store> store;
  std::unique_ptr<weir::journal> journal;
};

/// Opens or makes the data directory, with all families that the domains need. Errors: as store::open; newer_format,
/// also if the domains would misread the events that are stored there.
[[nodiscard]] result<storage> open_storage(const serve_settings& settings, const catalog& domains);

}  // namespace weir
