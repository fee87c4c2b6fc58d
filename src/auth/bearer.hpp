#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/access_token.hpp"

namespace weir::auth {

/// What comes with a request in `Authorization: Bearer <token>` (RFC 6750, section 2.1). The scheme's letters may be of
/// either case. Nothing for another scheme or other characters than a token has. A token in a URL or a body is never
/// looked for.
[[nodiscard]] std::optional<std::string_view> bearer_token(std::string_view authorization);

/// Values of `WWW-Authenticate` (RFC 6750, section 3): for a request without a credential, for a refused one, and for one
/// that has ended during an answer, and for a caller that lacks a right (403).
[[nodiscard]] std::string challenge();
[[nodiscard]] std::string challenge(const refusal& why);
[[nodiscard]] std::string ended_challenge();
[[nodiscard]] std::string insufficient_scope_challenge();

}  // namespace weir::auth
