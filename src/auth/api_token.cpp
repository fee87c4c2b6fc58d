#include "auth/api_token.hpp"

#include <utility>

#include <openssl/crypto.h>

#include "base/digest.hpp"
#include "base/hexadecimal.hpp"
#include "base/ids.hpp"

namespace weir::auth {
namespace {

constexpr std::string_view prefix = "weir_";
constexpr std::size_t id_digits = 16, secret_digits = 64, checksum_digits = 8;
constexpr std::size_t text_size = prefix.size() + id_digits + 1 + secret_digits + checksum_digits;

std::string from_hex(std::string_view digits) {
  std::string bytes;
  return append_from_hexadecimal(bytes, digits) ? bytes : std::string();
}

std::string checksum_of(std::string_view text) {
  std::string digits;
  append_hexadecimal(digits, std::string_view(sha256(text)).substr(0, checksum_digits / 2));
  return digits;
}

std::string hash_of(std::string_view salt, std::string_view secret) { return sha256(std::string(salt).append(secret)); }

}  // namespace

new_api_token make_api_token(std::string name, std::vector<std::string> roles, timestamp created,
                             std::optional<timestamp> expires) {
  new_api_token made;
  const std::string secret = random_hex(secret_digits / 2);
  made.kept.id = random_hex(id_digits / 2);
  made.kept.name = std::move(name);
  made.kept.roles = std::move(roles);
  made.kept.salt = from_hex(random_hex(16));
  made.kept.hash = hash_of(made.kept.salt, from_hex(secret));
  made.kept.created = created;
  made.kept.expires = expires;
  made.text = std::string(prefix) + made.kept.id + '_' + secret;
  made.text += checksum_of(made.text);
  return made;
}

bool looks_like_api_token(std::string_view text) { return text.starts_with(prefix); }

std::optional<presented_api_token> read_api_token(std::string_view text) {
  if (text.size() != text_size || !text.starts_with(prefix)) return std::nullopt;
  const std::string_view id = text.substr(prefix.size(), id_digits);
  const std::string_view separator = text.substr(prefix.size() + id_digits, 1);
  const std::string_view secret = text.substr(prefix.size() + id_digits + 1, secret_digits);
  if (separator != "_" || from_hex(id).empty() || from_hex(secret).empty()) return std::nullopt;
  if (text.substr(text_size - checksum_digits) != checksum_of(text.substr(0, text_size - checksum_digits))) {
    return std::nullopt;
  }
  return presented_api_token{std::string(id), from_hex(secret)};
}

bool has_secret(const api_token& token, std::string_view secret) {
  const std::string hash = hash_of(token.salt, secret);
  return token.hash.size() == hash.size() && CRYPTO_memcmp(token.hash.data(), hash.data(), hash.size()) == 0;
}

}  // namespace weir::auth
