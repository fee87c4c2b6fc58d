#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_file.hpp"
#include "auth/key_set.hpp"
#include "base/time.hpp"

namespace weir::auth {

inline constexpr std::size_t access_token_bytes_max = 16u << 10;

/// Why a credential is refused. `description` is for the client and tells nothing about keys and settings; `reason` is
/// for the diagnostic log. Neither holds a part of the credential.
struct refusal {
  enum class kind {
    invalid_token,  ///< 401
    try_again,      ///< 503: its key is just being fetched
  };
  kind what = kind::invalid_token;
  std::string_view description = "The access token is not valid";
  std::string_view reason;
};

/// What a verified token says.
struct verified_token {
  std::string thumbprint;                ///< of the key that signed it
  std::string name;                      ///< with the issuer's prefix
  std::vector<std::string> role_values;  ///< of the claim of roles, as they are
  timestamp expires;                     ///< with the skew
};

/// A JWT access token, read strictly (RFC 7519, 7515, 8725, 9068).
///
/// A token is refused if its header has `crit`, `b64`, `jwk`, `jku`, `x5u`, `x5c` or `cty`; if it has five parts (JWE);
/// if an object has a member twice; if base64url has more than one reading; if a time is no integer or lies outside of
/// the years 1970 to 9999; if `exp`, `aud`, `iss` or the name is missing.
class access_token {
 public:
  /// Takes it apart. Nothing is verified. `reason`: set if nothing is returned.
  [[nodiscard]] static std::optional<access_token> read(std::string_view text, std::string_view& reason);

  [[nodiscard]] const std::string& issuer() const { return issuer_; }
  /// nullptr if it names no key.
  [[nodiscard]] const std::string* key_id() const { return key_id_ ? &*key_id_ : nullptr; }

  /// Verifies signature, algorithm, audience, times and type. `reason`: set if nothing is returned.
  [[nodiscard]] std::optional<verified_token> verify(const verification_key& key, const issuer_settings& settings,
                                                     timestamp now, refusal& why) const;

 private:
  access_token() = default;
  std::string signed_bytes_, signature_, algorithm_, issuer_, payload_;
  std::optional<std::string> key_id_, type_;
};

/// Whether a text can be the name of a caller: 1 to 200 bytes, without control characters, characters that nobody sees,
/// and blanks at its ends.
[[nodiscard]] bool is_caller_name(std::string_view text);

}  // namespace weir::auth
