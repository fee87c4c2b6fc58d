#pragma once

#include <cstddef>
#include <filesystem>

#include "base/error.hpp"
#include "server/client_settings.hpp"

namespace weir {

struct backup_settings {
  client_settings from;
  std::filesystem::path to;
  std::size_t keep = 0;             ///< backups that are left; 0: all
  std::size_t rate_mebibytes = 64;  ///< a second; 0: as quick as it goes
};

/// Takes a backup of a running server into a directory, and says what it holds on standard output. Errors: those of
/// backup::set::write(); errc::invalid for wrong settings.
[[nodiscard]] result<> take_backup(const backup_settings& settings);

}  // namespace weir
