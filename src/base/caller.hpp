#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Who sends a command or a query.
struct caller {
  /// How the caller proved the name.
  enum class credential { none, api_token, access_token, client_certificate };

  std::string name;                ///< "" for a caller that is not authenticated
  std::vector<std::string> roles;  ///< as the access file names them
  credential authenticated_by = credential::none;

  [[nodiscard]] bool has_role(std::string_view role) const {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  }
};

/// The caller of a server that authenticates nobody.
[[nodiscard]] inline const std::shared_ptr<const caller>& anonymous() {
  static const auto nobody = std::make_shared<const caller>();
  return nobody;
}

}  // namespace weir
