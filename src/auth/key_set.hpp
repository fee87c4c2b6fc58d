#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auth/verification_key.hpp"
#include "base/error.hpp"

namespace weir::auth {

/// The keys of an issuer.
///
/// Concurrency: never changes.
class key_set {
 public:
  /// No key at all: no token is valid.
  key_set() = default;

  /// Reads a JWK Set (RFC 7517, section 5). Keys that are not for signatures, or of algorithms that Weir does not have,
  /// are left out.
  /// Error errc::invalid if any key must not be used (see read_verification_key), two have the same id, one of several
  /// has none, or no key is left.
  [[nodiscard]] static result<key_set> read(std::string_view text, bool secrets_allowed);

  /// The key with this id; nullptr if there is none. A token without an id means the only key there is.
  [[nodiscard]] const verification_key* find(const std::string* id) const;
  [[nodiscard]] bool has(std::string_view thumbprint) const;
  /// Whether one of the keys signs tokens as well as it verifies them.
  [[nodiscard]] bool holds_a_secret() const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] bool empty() const { return keys_.empty(); }

 private:
  std::vector<verification_key> keys_;
};

/// At most so many keys are taken from one set.
inline constexpr std::size_t keys_max = 64;

}  // namespace weir::auth
