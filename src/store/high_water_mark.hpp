#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/error.hpp"

namespace weir {

/// A small file beside the database that says how far its WAL had been synced.
///
/// Damage to the last synced bytes looks like an incomplete write (log_end). The mark distinguishes them: every write
/// up to the mark was on disk once, and must be there.
///
///   | number, 8 bytes, highest first | the same with all bits inverted, 8 bytes |
///
/// raise() comes after a sync and is not synced itself: a crash of the machine can leave the mark too low, never too
/// high; a crash of the process leaves it exact.
class high_water_mark {
 public:
  /// Opens or creates the file. Errors: errc::io; errc::corrupt if the file holds no valid mark.
  static result<std::unique_ptr<high_water_mark>> open(const std::filesystem::path& file);

  /// The mark in a file; 0 if there is no file yet. Changes nothing. Errors: as open().
  static result<std::uint64_t> read(const std::filesystem::path& file);
  ~high_water_mark();
  high_water_mark(const high_water_mark&) = delete;
  high_water_mark& operator=(const high_water_mark&) = delete;

  [[nodiscard]] std::uint64_t value() const { return value_; }
  [[nodiscard]] result<> raise(std::uint64_t value);

 private:
  high_water_mark(int descriptor, std::uint64_t value) : descriptor_(descriptor), value_(value) {}
  int descriptor_;
  std::uint64_t value_;
};

}  // namespace weir
