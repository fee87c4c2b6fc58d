#pragma once

#include <filesystem>
#include <memory>

#include "base/error.hpp"

namespace weir {

/// A data directory, held by one opener at a time: a lock on the file `LOCK` in it.
///
/// Exclusion:    also within one process, and against RocksDB's own tools, which lock the same file.
/// Lifetime:     held until it is destroyed, or until the process ends in any way.
class directory_lock {
 public:
  /// The directory must be there. Errors: errc::in_use if another opener holds it; errc::io.
  static result<std::unique_ptr<directory_lock>> take(const std::filesystem::path& directory);

  /// For an opener that only reads, beside others that do. It changes nothing: the directory may be read-only. Without
  /// the file nothing is locked, since no opener that writes has ever been there. Errors: as take().
  static result<std::unique_ptr<directory_lock>> take_to_read(const std::filesystem::path& directory);
  ~directory_lock();
  directory_lock(const directory_lock&) = delete;
  directory_lock& operator=(const directory_lock&) = delete;

 private:
  explicit directory_lock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

}  // namespace weir
