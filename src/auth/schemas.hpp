#pragma once

#include <string_view>

namespace weir::auth {

/// docs/access-file.schema.json, as it was when this program was built.
[[nodiscard]] std::string_view access_file_schema();

/// src/auth/token_file.schema.json.
[[nodiscard]] std::string_view token_file_schema();

}  // namespace weir::auth
