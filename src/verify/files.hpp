#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "store/store.hpp"
#include "verify/findings.hpp"
#include "verify/pace.hpp"

namespace weir {

struct files_read {
  std::uint64_t files = 0, bytes = 0;
};

/// The files of a data directory: those of rows that the store uses; nothing: all that are there, since the store could
/// not be opened. And the WAL and the MANIFEST. `is_live`: the store is written to meanwhile.
[[nodiscard]] files_read check_files(const std::filesystem::path& directory,
                                     const std::optional<std::vector<table_file>>& tables, bool is_live,
                                     findings& found, pace& speed);

}  // namespace weir
