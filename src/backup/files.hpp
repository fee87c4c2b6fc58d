#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

/// Files that must be whole on disk before anybody relies on them.
namespace weir::backup {

/// What the system says of the last failure, after what was to be done with which file. A full disk has a hint.
[[nodiscard]] error file_error(std::string_view doing, const std::filesystem::path& file);

/// A file that is written from its beginning to its end.
///
/// Durability:   sync() returns when all written bytes and the length are on disk. The name in its folder is not: see
///               sync_folder().
/// Lifetime:     closes on destruction; what was not synced may be lost.
class output_file {
 public:
  /// Creates the file, or truncates it. Error errc::io.
  static result<output_file> create(const std::filesystem::path& file);
  /// Opens an existing file to append to it. Error errc::io.
  static result<output_file> append_to(const std::filesystem::path& file);
  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&& other) noexcept;
  ~output_file();

  [[nodiscard]] result<> write(std::string_view bytes);
  [[nodiscard]] result<> sync();
  /// Cuts off what is behind that length.
  [[nodiscard]] result<> cut(std::uint64_t length);
  /// Lets the system forget its copy in memory, so that the next reader reads the disk.
  void forget_cached() const;
  [[nodiscard]] const std::filesystem::path& name() const { return name_; }

 private:
  output_file(int descriptor, std::filesystem::path name) : descriptor_(descriptor), name_(std::move(name)) {}
  int descriptor_;
  std::filesystem::path name_;
};

/// A file that is read from any place. It can be read although its name is gone.
class readable_file {
 public:
  /// Error errc::io.
  static result<readable_file> open(const std::filesystem::path& file);
  readable_file(readable_file&& other) noexcept;
  readable_file& operator=(readable_file&& other) noexcept;
  ~readable_file();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Reads at most so many bytes from that place on; fewer only at the end. Error errc::io.
  [[nodiscard]] result<std::size_t> read(std::uint64_t from, char* into, std::size_t bytes) const;

 private:
  readable_file(int descriptor, std::filesystem::path name, std::uint64_t size)
      : descriptor_(descriptor), name_(std::move(name)), size_(size) {}
  int descriptor_;
  std::filesystem::path name_;
  std::uint64_t size_;
};

/// Makes the names in a folder durable.
[[nodiscard]] result<> sync_folder(const std::filesystem::path& folder);

/// Makes a folder that only its owner can read, and those above it. One that is there is left as it is.
[[nodiscard]] result<> make_folder(const std::filesystem::path& folder);

/// Writes a small file so that it is there whole or not at all, durably.
[[nodiscard]] result<> write_whole(const std::filesystem::path& file, std::string_view bytes);

/// The contents of a small file. Error errc::io, also if it has more than `bytes_max` bytes.
[[nodiscard]] result<std::string> read_whole(const std::filesystem::path& file, std::size_t bytes_max);

/// Calls `take` with the pieces of a file, in order, from that offset on, until the end or an error.
[[nodiscard]] result<> read_pieces(const std::filesystem::path& file, std::uint64_t from,
                                   const std::function<result<>(std::string_view)>& take);

/// SHA-256 of a file as lower-case hexadecimal digits.
[[nodiscard]] result<std::string> digest_of_file(const std::filesystem::path& file);

[[nodiscard]] std::string hexadecimal(std::string_view bytes);

}  // namespace weir::backup
