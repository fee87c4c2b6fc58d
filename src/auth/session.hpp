#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "auth/permissions.hpp"
#include "base/caller.hpp"
#include "base/time.hpp"

namespace weir::auth {

struct evidence;

/// Who a credential belongs to, and what that caller may do. authenticator::check says whether it still holds.
///
/// A value: copied at will. Each copy is used by one thread at a time.
struct session {
  std::shared_ptr<const caller> who = anonymous();
  std::shared_ptr<const permissions> may = permissions::everything();
  std::optional<timestamp> expires_at;  ///< from then on it no longer holds

  // The authenticator's own.
  std::shared_ptr<const evidence> proof;
  std::uint64_t generation = 0;
};

}  // namespace weir::auth
