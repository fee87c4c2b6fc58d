#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace weir::auth {

/// A key that signatures of access tokens are verified with, for one algorithm only. The algorithm belongs to the key
/// from its load on; what a token says of it is compared with it and never followed.
///
/// Concurrency: never changes; used by any number of threads.
class verification_key {
 public:
  enum class algorithm { rs256, ps256, es256, eddsa, hs256 };

  struct material;  ///< a public key of OpenSSL, or the bytes of a secret
  verification_key(std::string id, algorithm signed_with, std::shared_ptr<const material> key, std::string thumbprint);

  [[nodiscard]] const std::optional<std::string>& id() const { return id_; }
  /// As the header of a token names it.
  [[nodiscard]] std::string_view algorithm_name() const;
  /// Tells keys apart by what they are, whatever they are called: SHA-256 of algorithm and key.
  [[nodiscard]] const std::string& thumbprint() const { return thumbprint_; }

  /// Whether whoever has the key can sign with it too.
  [[nodiscard]] bool is_secret() const { return algorithm_ == algorithm::hs256; }

  /// Whether the key has signed these bytes. The signature has the form of RFC 7518, section 3, or RFC 8037: for ES256
  /// r and s, 32 bytes each, and not DER.
  [[nodiscard]] bool verifies(std::string_view bytes, std::string_view signature) const;

 private:
  friend result<std::optional<verification_key>> read_verification_key(const nlohmann::json& jwk, bool secrets_allowed);

  std::optional<std::string> id_;
  algorithm algorithm_;
  std::shared_ptr<const material> key_;
  std::string thumbprint_;
};

/// Reads a JWK (RFC 7517). Its algorithm is the member `alg`. Without that, an RSA key is for RS256, a P-256 key for
/// ES256 and an Ed25519 key for EdDSA; a secret without `alg` is refused.
/// Nothing for a key of another purpose, type, curve or algorithm: as RFC 7517, section 5, wants it, it is ignored.
/// Error errc::invalid for a key that must not be used: RSA under 2048 bits, a point that is not on its curve, a private
/// key, a short secret, a secret where none is allowed, an `alg` that does not fit the key.
[[nodiscard]] result<std::optional<verification_key>> read_verification_key(const nlohmann::json& jwk,
                                                                            bool secrets_allowed);

/// The most that a key's id may have; a longer one is no id of a key.
inline constexpr std::size_t key_id_bytes_max = 256;

/// Whether a text can be the id of a key: 1 to 256 visible characters of ASCII. It is compared and nothing else: no
/// file is opened by it.
[[nodiscard]] bool is_key_id(std::string_view text);

}  // namespace weir::auth
