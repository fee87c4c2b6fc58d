#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace weir {

/// The write-ahead log's files of a database, held on to while RocksDB replays and then deletes them: so that a log
/// that turns out to be damaged is still there to be looked at and saved from.
class log_copies {
 public:
  /// Gives each file `*.log` of the directory a second name (a hard link) in its folder `log-before-start`.
  static result<log_copies> make(const std::filesystem::path& directory);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Lets them go: all is well.
  void drop() const;

 private:
  explicit log_copies(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace weir
