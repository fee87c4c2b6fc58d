#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

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

/// When it expires, for waits: the maximum if it does not; at most a day from now, since clocks change.
[[nodiscard]] std::chrono::steady_clock::time_point end_of(const session& which);

/// As clients and the audit log see it: none, apiToken, accessToken, clientCertificate.
[[nodiscard]] std::string_view name_of(caller::credential which);

}  // namespace weir::auth
