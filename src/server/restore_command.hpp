#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"

namespace weir {

struct restore_command_settings {
  std::filesystem::path from, archive, data;
  std::optional<std::uint64_t> position;
  std::string time;  ///< of RFC 3339
  std::string hash;  ///< 64 hexadecimal digits; at most one of the three is given
  std::string backup;
  std::filesystem::path keys;
};

/// `weir restore`: see restore(). Says on standard output what was restored.
[[nodiscard]] result<> restore_data(const restore_command_settings& settings, const catalog& domains);

}  // namespace weir
