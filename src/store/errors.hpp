#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include <rocksdb/status.h>

#include "base/error.hpp"

namespace weir {

/// Why a store cannot be opened, and what to do about it.
[[nodiscard]] error opening_error(const rocksdb::Status& status, const std::filesystem::path& directory);

/// The replayed WAL ends before a write that had been synced: it is damaged. `copies`: where its files are kept.
[[nodiscard]] error damaged_log_error(std::uint64_t ends_at, std::uint64_t had_reached,
                                      const std::filesystem::path& copies);

/// Why a row cannot be read: names the family and the key, with non-printable bytes as \xHH.
[[nodiscard]] error reading_error(const rocksdb::Status& status, std::string_view family, std::string_view key);

/// Why a batch was not written. It is unknown how much of it is on disk: errc::outcome_unknown.
[[nodiscard]] error writing_error(const rocksdb::Status& status);

}  // namespace weir
