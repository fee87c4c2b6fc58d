#pragma once

#include <cstddef>
#include <filesystem>

#include "base/error.hpp"
#include "server/client_settings.hpp"

namespace weir {

struct archive_settings {
  client_settings from;
  std::filesystem::path to;
  bool once = false;
  std::size_t segment_mebibytes = 64;
};

/// Follows a server's event log into an archive, until SIGTERM or SIGINT, or with `once` until it has caught up. Errors:
/// those of backup::follow().
[[nodiscard]] result<> archive_log(const archive_settings& settings);

}  // namespace weir
