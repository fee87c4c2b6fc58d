#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace weir {

/// Keeps a database's WAL files while RocksDB replays and then deletes them, so that a WAL that turns out to be damaged
/// can still be examined and salvaged.
class log_copies {
 public:
  /// Gives each file `*.log` of the directory a second name (a hard link) in its folder `log-before-start`.
  static result<log_copies> make(const std::filesystem::path& directory);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Removes the second names: the WAL was intact.
  void drop() const;

 private:
  explicit log_copies(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace weir
