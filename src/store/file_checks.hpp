#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace rocksdb {
class Env;
}

namespace weir {

/// Reads every block of a file of rows (*.sst) and compares its checksum. Errors: errc::corrupt if one differs or the
/// file is no file of rows; errc::not_found; errc::io.
[[nodiscard]] result<> check_table_file(const std::filesystem::path& file, rocksdb::Env* environment = nullptr);

/// What is wrong with a file of records: the WAL (*.log) or a MANIFEST.
struct record_fault {
  std::uint64_t offset = 0;  ///< after the last record that can be read
  /// Records can be read behind it, or all its bytes are there: it is no write that was cut off.
  bool is_damage = false;
};

/// Nothing if every record of a WAL file can be read. Errors: errc::not_found, errc::io.
[[nodiscard]] result<std::optional<record_fault>> check_wal_file(const std::filesystem::path& file);

/// The same for a MANIFEST.
[[nodiscard]] result<std::optional<record_fault>> check_manifest_file(const std::filesystem::path& file);

}  // namespace weir
