#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace weir::auth {

/// An API token as it is kept: without its secret.
///
/// A token is `weir_<id>_<secret><checksum>`: 16, 64 and 8 lower-case hexadecimal digits. The secret is 256 random bits,
/// so a plain hash of it cannot be searched through. The checksum is the beginning of the SHA-256 of all before it: it
/// tells a mistyped token from a wrong one, and lets scanners recognise a leaked token.
struct api_token {
  std::string id;
  std::string name;
  std::vector<std::string> roles;
  std::string salt;  ///< 16 bytes
  std::string hash;  ///< SHA-256 of the salt and the secret's 32 bytes
  timestamp created;
  std::optional<timestamp> expires;  ///< from then on it is not valid
  std::optional<timestamp> revoked;

  bool operator==(const api_token&) const = default;
};

/// A new token, and its text, which is never to be had again.
struct new_api_token {
  api_token kept;
  std::string text;
};

[[nodiscard]] new_api_token make_api_token(std::string name, std::vector<std::string> roles, timestamp created,
                                           std::optional<timestamp> expires);

/// Whether a credential is meant to be an API token.
[[nodiscard]] bool looks_like_api_token(std::string_view text);

struct presented_api_token {
  std::string id;
  std::string secret;  ///< 32 bytes
};

/// Nothing for a text that is no API token.
[[nodiscard]] std::optional<presented_api_token> read_api_token(std::string_view text);

/// Whether the secret is that of the token. Takes the same time for every secret.
[[nodiscard]] bool has_secret(const api_token& token, std::string_view secret);

}  // namespace weir::auth
