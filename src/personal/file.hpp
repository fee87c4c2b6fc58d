#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace weir::personal {

/// A file that is read and written in place. Errors of every function: errc::io, with the file's name and the system's reason.
class file {
 public:
  /// Opens a file for reading and writing. `create`: it may not exist yet, and is then made for its owner only.
  static result<file> open(const std::filesystem::path& path, bool create);
  /// Opens a file that cannot be written to.
  static result<file> open_to_read(const std::filesystem::path& path);
  ~file();
  file(file&&) noexcept;
  file& operator=(file&&) noexcept;

  [[nodiscard]] result<std::uint64_t> size() const;
  /// Up to `count` bytes; fewer only at the end of the file.
  [[nodiscard]] result<std::string> read(std::uint64_t at, std::size_t count) const;
  [[nodiscard]] result<> write(std::uint64_t at, std::string_view bytes) const;
  /// Returns when everything that was written is on disk.
  [[nodiscard]] result<> sync() const;

 private:
  file(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
  [[nodiscard]] error failure(const char* doing) const;

  int descriptor_ = -1;
  std::filesystem::path path_;
};

/// Makes the names in a directory durable.
[[nodiscard]] result<> sync_directory(const std::filesystem::path& directory);

}  // namespace weir::personal
