#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace weir::auth {

/// What tells two states of a file apart without reading it. A file that is not there has a stamp too.
struct file_stamp {
  bool there = false;
  std::uint64_t inode = 0, size = 0;
  std::int64_t changed_ns = 0, written_ns = 0;
  bool operator==(const file_stamp&) const = default;
};

[[nodiscard]] file_stamp stamp_of(const std::filesystem::path& path);

/// A whole file of at most 16 MiB.
/// Errors: errc::not_found; errc::invalid for a longer file, one that everybody may write, or one that is no regular
/// file; errc::io. The detail does not name the file.
[[nodiscard]] result<std::string> read_whole_file(const std::filesystem::path& path);

/// Whether users of the machine other than the file's owner and group may read it.
[[nodiscard]] bool others_may_read(const std::filesystem::path& path);

/// Replaces a file by a new one with mode 0600, synced: after a crash there is the old one or the new one. The new file
/// belongs to the owner of the old one, or, if there is none, to the owner of `like`.
/// Error errc::io, with the name of the file.
[[nodiscard]] result<> replace_file(const std::filesystem::path& path, const std::string& text,
                                    const std::filesystem::path& like);

/// Holds `<path>.lock` for this process until it is destroyed. Waits while another process holds it.
class file_lock {
 public:
  /// Error errc::io, with the name of the file.
  [[nodiscard]] static result<file_lock> take(const std::filesystem::path& path);
  file_lock(file_lock&& other) noexcept;
  file_lock& operator=(file_lock&&) = delete;
  ~file_lock();

 private:
  explicit file_lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace weir::auth
