#pragma once

#include <string_view>
#include <vector>

namespace weir {

/// One file of the repository that `weir new` writes, as it is for the domain `orders`.
struct new_file {
  std::string_view path;
  std::string_view text;
};

/// All of them: the files in src/server/new/.
[[nodiscard]] const std::vector<new_file>& new_files();

}  // namespace weir
