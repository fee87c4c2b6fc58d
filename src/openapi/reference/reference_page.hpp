#pragma once

#include <span>
#include <string_view>

namespace weir::openapi {

/// A file of the reference page, as it is served.
struct page_file {
  std::string_view name;  ///< index.html is the page itself
  std::string_view media_type;
  std::string_view content;
};

/// All files of the page. They are part of the program.
[[nodiscard]] std::span<const page_file> reference_page();

}  // namespace weir::openapi
