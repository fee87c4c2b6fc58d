#include "auth/verification_key.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "auth/base64url.hpp"
#include "base/digest.hpp"
#include "net/openssl.hpp"

namespace weir::auth {

namespace {

using nlohmann::json;
using algorithm = verification_key::algorithm;

using public_key = net::openssl::key;
using key_context = std::unique_ptr<EVP_PKEY_CTX, net::openssl::releasing<EVP_PKEY_CTX_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, net::openssl::releasing<EVP_MD_CTX_free>>;
using big_number = std::unique_ptr<BIGNUM, net::openssl::releasing<BN_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, net::openssl::releasing<ECDSA_SIG_free>>;
using parameter_builder = std::unique_ptr<OSSL_PARAM_BLD, net::openssl::releasing<OSSL_PARAM_BLD_free>>;
using parameters = std::unique_ptr<OSSL_PARAM, net::openssl::releasing<OSSL_PARAM_free>>;

constexpr int rsa_bits_min = 2'048, rsa_bits_max = 8'192;
constexpr std::size_t secret_bytes_min = 32, coordinate_bytes = 32, ed25519_bytes = 32;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

big_number number_of(std::string_view bytes) {
  return big_number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

error refused(std::string why) { return {errc::invalid, std::move(why)}; }

std::optional<std::string> text_of(const json& jwk, const char* name) {
  const auto found = jwk.find(name);
  if (found == jwk.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::string> bytes_of(const json& jwk, const char* name) {
  const auto text = text_of(jwk, name);
  return text ? from_base64url(*text) : std::nullopt;
}

/// A public key of these parameters, which OpenSSL has checked.
public_key make_public_key(const char* type, OSSL_PARAM* from) {
  const key_context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, from) != 1) {
    return nullptr;
  }
  public_key key(made);
  const key_context check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
  return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(key) : nullptr;
}

result<public_key> read_rsa(const json& jwk) {
  const auto n = bytes_of(jwk, "n"), e = bytes_of(jwk, "e");
  if (!n || !e) return refused("is an RSA key without \"n\" and \"e\" in base64url");
  if (n->size() > rsa_bits_max / 8 || e->size() > 8) return refused("is an RSA key that is too large");
  const big_number modulus = number_of(*n), exponent = number_of(*e);
  if (BN_num_bits(modulus.get()) < rsa_bits_min) return refused("is an RSA key of less than 2048 bits");
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return refused("is an RSA key with a bad exponent");
  const parameter_builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return refused("cannot be read by OpenSSL");
  }
  const parameters made(OSSL_PARAM_BLD_to_param(builder.get()));
  auto key = make_public_key("RSA", made.get());
  if (!key) return refused("is no valid RSA key");
  return key;
}

result<public_key> read_p256(const json& jwk) {
  const auto x = bytes_of(jwk, "x"), y = bytes_of(jwk, "y");
  if (!x || !y || x->size() != coordinate_bytes || y->size() != coordinate_bytes) {
    return refused("is a P-256 key without \"x\" and \"y\" of 32 bytes in base64url");
  }
  std::string point = '\x04' + *x + *y;
  std::string curve = "prime256v1";
  OSSL_PARAM made[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end(),
  };
  auto key = make_public_key("EC", made);
  if (!key) return refused("is no point of the curve P-256");
  return key;
}

result<public_key> read_ed25519(const json& jwk) {
  const auto x = bytes_of(jwk, "x");
  if (!x || x->size() != ed25519_bytes) return refused("is an Ed25519 key without \"x\" of 32 bytes in base64url");
  public_key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size()));
  if (!key) return refused("is no valid Ed25519 key");
  return key;
}

std::string der_of(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(key, &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

bool is_for_signatures(const json& jwk) {
  const auto use = jwk.find("use");
  if (use != jwk.end() && *use != "sig") return false;
  const auto operations = jwk.find("key_ops");
  return operations == jwk.end() ||
         (operations->is_array() && std::find(operations->begin(), operations->end(), "verify") != operations->end());
}

/// The type of a key, and the algorithms that it can be for: the first one if it has no `alg`.
struct key_type {
  std::string_view type, curve;
  std::vector<std::pair<std::string_view, algorithm>> algorithms;
  bool needs_algorithm = false;
};

const std::vector<key_type>& key_types() {
  static const std::vector<key_type> all{{"RSA", "", {{"RS256", algorithm::rs256}, {"PS256", algorithm::ps256}}},
                                         {"EC", "P-256", {{"ES256", algorithm::es256}}},
                                         {"OKP", "Ed25519", {{"EdDSA", algorithm::eddsa}}},
                                         {"oct", "", {{"HS256", algorithm::hs256}}, true}};
  return all;
}

bool verify_hmac(const std::string& secret, std::string_view bytes, std::string_view signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(bytes), bytes.size(), made.data(),
           &size) == nullptr) {
    return false;
  }
  return signature.size() == size && CRYPTO_memcmp(made.data(), signature.data(), size) == 0;
}

/// r and s as OpenSSL takes them. Nothing where either is 0: such a signature once fitted every message
/// (CVE-2022-21449, in Java).
std::optional<std::string> der_signature(std::string_view raw) {
  if (raw.size() != 2 * coordinate_bytes) return std::nullopt;
  big_number r = number_of(raw.substr(0, coordinate_bytes)), s = number_of(raw.substr(coordinate_bytes));
  if (BN_is_zero(r.get()) || BN_is_zero(s.get())) return std::nullopt;
  const ecdsa_signature signature(ECDSA_SIG_new());
  if (!signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return std::nullopt;
  (void)r.release();
  (void)s.release();
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &bytes);
  if (size <= 0) return std::nullopt;
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

bool verify_public(EVP_PKEY* key, algorithm how, std::string_view bytes, std::string_view signature) {
  const digest_context context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // the digest context's
  const EVP_MD* digest = how == algorithm::eddsa ? nullptr : EVP_sha256();
  if (!context || EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, key) != 1) return false;
  if (how == algorithm::rs256 && EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) != 1) return false;
  if (how == algorithm::ps256 && (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) != 1 ||
                                  EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) != 1 ||
                                  EVP_PKEY_CTX_set_rsa_mgf1_md(settings, EVP_sha256()) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes), bytes.size()) == 1;
}

}  // namespace

struct verification_key::material {
  public_key key;
  std::string secret;
};

verification_key::verification_key(std::string id, algorithm signed_with, std::shared_ptr<const material> key,
                                   std::string thumbprint)
    : algorithm_(signed_with), key_(std::move(key)), thumbprint_(std::move(thumbprint)) {
  if (!id.empty()) id_ = std::move(id);
}

std::string_view verification_key::algorithm_name() const {
  for (const key_type& type : key_types()) {
    for (const auto& [name, each] : type.algorithms) {
      if (each == algorithm_) return name;
    }
  }
  return {};
}

bool verification_key::verifies(std::string_view bytes, std::string_view signature) const {
  if (algorithm_ == algorithm::hs256) return verify_hmac(key_->secret, bytes, signature);
  if (algorithm_ != algorithm::es256) return verify_public(key_->key.get(), algorithm_, bytes, signature);
  const auto der = der_signature(signature);
  return der && verify_public(key_->key.get(), algorithm_, bytes, *der);
}

bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= key_id_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

result<std::optional<verification_key>> read_verification_key(const json& jwk, bool secrets_allowed) {
  if (!jwk.is_object()) return refused("is no JSON object");
  const auto type = text_of(jwk, "kty");
  if (!type) return refused("has no \"kty\"");
  if (!is_for_signatures(jwk)) return std::nullopt;
  const auto known = std::find_if(key_types().begin(), key_types().end(), [&](const key_type& each) {
    return each.type == *type && (each.curve.empty() || each.curve == text_of(jwk, "crv"));
  });
  if (known == key_types().end()) return std::nullopt;

  algorithm chosen = known->algorithms.front().second;
  if (jwk.contains("alg")) {
    const auto name = text_of(jwk, "alg");
    const auto found = std::find_if(known->algorithms.begin(), known->algorithms.end(),
                                    [&](const auto& each) { return name == each.first; });
    if (found == known->algorithms.end()) {
      for (const key_type& other : key_types()) {
        for (const auto& each : other.algorithms) {
          if (name == each.first) return refused("has an \"alg\" that does not fit its \"kty\"");
        }
      }
      return std::nullopt;
    }
    chosen = found->second;
  } else if (known->needs_algorithm) {
    return refused("is a secret without \"alg\": say \"alg\": \"HS256\"");
  }

  std::string id;
  if (jwk.contains("kid")) {
    id = text_of(jwk, "kid").value_or("");
    if (!is_key_id(id)) return refused("has a \"kid\" that is not 1 to 256 visible characters of ASCII");
  }

  auto made = std::make_shared<verification_key::material>();
  std::string of_key;
  if (chosen == algorithm::hs256) {
    if (!secrets_allowed) return refused("is a secret: a secret comes in a file only");
    auto secret = bytes_of(jwk, "k");
    if (!secret) return refused("is a secret without \"k\" in base64url");
    if (secret->size() < secret_bytes_min) return refused("is a secret of less than 256 bits");
    made->secret = std::move(*secret);
    of_key = made->secret;
  } else {
    if (jwk.contains("d")) return refused("is a private key: only its public part belongs here");
    auto read = known->type == "RSA" ? read_rsa(jwk) : known->type == "EC" ? read_p256(jwk) : read_ed25519(jwk);
    if (!read) return read.error();
    made->key = std::move(*read);
    of_key = der_of(made->key.get());
  }
  verification_key key(std::move(id), chosen, std::move(made), "");
  key.thumbprint_ = sha256(std::string(key.algorithm_name()) + ' ' + of_key);
  return std::optional<verification_key>(std::move(key));
}

}  // namespace weir::auth
