#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "personal/file.hpp"

namespace weir::personal {

struct listed_erasure {
  std::string subject;
  std::uint64_t key = 0;
  bool operator==(const listed_erasure&) const = default;
  auto operator<=>(const listed_erasure&) const = default;
};

/// The list of all erasures beside the keys, so that they can be done again on data or keys that were restored from an
/// older copy. One line each: the key's number, the time, the subject with percent-escapes. An incomplete last line was
/// never acknowledged, and is passed over.
class erasure_list {
 public:
  /// Opens the list, or makes an empty one. Errors: errc::corrupt if a line is none; errc::io.
  static result<erasure_list> open(const std::filesystem::path& path);
  /// The same for a list that nothing is added to, which may not exist.
  static result<erasure_list> open_to_read(const std::filesystem::path& path);

  /// Returns when the line is on disk. Error errc::io.
  [[nodiscard]] result<> add(const listed_erasure& one, timestamp at);

  [[nodiscard]] const std::vector<listed_erasure>& all() const { return all_; }
  [[nodiscard]] bool has(const listed_erasure& one) const { return known_.count(one) != 0; }

 private:
  erasure_list() = default;
  explicit erasure_list(file in) : file_(std::move(in)) {}
  static result<erasure_list> read(file from, const std::filesystem::path& path);

  std::optional<file> file_;  ///< nothing: there is none
  std::uint64_t end_ = 0;     ///< after the last whole line
  std::vector<listed_erasure> all_;
  std::set<listed_erasure> known_;  ///< the same
};

}  // namespace weir::personal
