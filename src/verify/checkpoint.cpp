#include "verify/checkpoint.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/digest.hpp"
#include "base/ids.hpp"

namespace weir {
namespace {

struct freeing {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using owned_key = std::unique_ptr<EVP_PKEY, freeing>;

constexpr std::size_t public_bytes = 32, signature_bytes = 64, key_id_bytes = 4, hash_bytes = 32;
constexpr char ed25519 = 1;  ///< C2SP's number of the algorithm
constexpr std::string_view origin_prefix = "weir/", signature_prefix = "\u2014 ";
constexpr std::size_t text_bytes_max = 4'096;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// Nothing unless the text is the Base64 of that many bytes, as base64() writes it.
std::optional<std::string> from_base64(std::string_view text, std::size_t bytes) {
  if (text.size() != (bytes + 2) / 3 * 4) return std::nullopt;
  std::string made(text.size(), '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(made.data()), bytes_of(text), static_cast<int>(text.size())) <
      0) {
    return std::nullopt;
  }
  made.resize(bytes);
  if (base64(made) != text) return std::nullopt;
  return made;
}

template <class Read>
owned_key read_pem(const std::string& pem, Read read) {
  const std::unique_ptr<BIO, freeing> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // Without a passphrase: OpenSSL would ask for one on the terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  return owned_key(in ? read(in.get(), nullptr, no_passphrase, nullptr) : nullptr);
}

result<> need_ed25519(const owned_key& key, const char* what) {
  if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) return {};
  return error{errc::invalid, std::string("it holds no Ed25519 ") + what + " in PEM, or one with a passphrase"};
}

std::string public_part(EVP_PKEY* key) {
  std::string bytes(public_bytes, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1) {
    throw std::runtime_error("OpenSSL gives no public part of an Ed25519 key");
  }
  return bytes;
}

/// The 4 bytes that name a key.
std::string key_id(const std::string& name, EVP_PKEY* key) {
  return sha256(name + "\n" + ed25519 + public_part(key)).substr(0, key_id_bytes);
}

std::string body_of(const log_checkpoint& one) {
  return std::string(origin_prefix) + one.log + "\nposition " + std::to_string(one.position.value) + "\ncommit " +
         std::to_string(one.commit) + "\nhash " + base64(one.hash) + "\ntime " + to_rfc3339(one.time).value_or("") +
         "\n";
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The checkpoint that body_of() has written; nothing for any other text.
std::optional<log_checkpoint> read_body(std::string_view body) {
  const auto line = [&body](std::string_view begins) -> std::optional<std::string_view> {
    const auto end = body.find('\n');
    if (end == body.npos || !body.starts_with(begins)) return std::nullopt;
    const auto rest = body.substr(begins.size(), end - begins.size());
    body.remove_prefix(end + 1);
    return rest;
  };
  log_checkpoint made;
  const auto log = line(origin_prefix);
  const auto at = line("position "), number = line("commit "), hash = line("hash "), time = line("time ");
  if (!log || !at || !number || !hash || !time || !uuid_bytes(*log) || !body.empty()) return std::nullopt;
  made.log = *log;
  const auto position_read = number_in(*at), number_read = number_in(*number);
  auto hash_read = from_base64(*hash, hash_bytes);
  const auto time_read = from_rfc3339(*time);
  if (!position_read || !number_read || !hash_read || !time_read) return std::nullopt;
  made.position = {*position_read};
  made.commit = *number_read;
  made.hash = std::move(*hash_read);
  made.time = *time_read;
  return made;
}

}  // namespace

struct checkpoint_key::implementation {
  owned_key key;
};

result<std::shared_ptr<const checkpoint_key>> checkpoint_key::read(const std::string& pem) {
  auto key = read_pem(pem, PEM_read_bio_PrivateKey);
  if (const auto fits = need_ed25519(key, "private key"); !fits) return fits.error();
  auto made = std::make_shared<implementation>();
  made->key = std::move(key);
  return std::shared_ptr<const checkpoint_key>(new checkpoint_key(std::move(made)));
}

std::string checkpoint_key::sign(const log_checkpoint& one) const {
  const std::string body = body_of(one);
  EVP_PKEY* const key = implementation_->key.get();
  const std::unique_ptr<EVP_MD_CTX, freeing> context(EVP_MD_CTX_new());
  std::string signature(signature_bytes, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(body),
                     body.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot sign with an Ed25519 key");
  }
  const std::string name = std::string(origin_prefix) + one.log;
  return body + "\n" + std::string(signature_prefix) + name + " " + base64(key_id(name, key) + signature) + "\n";
}

result<log_checkpoint> read_checkpoint(std::string_view text, const std::string& public_key_pem) {
  const auto no_checkpoint = [](const std::string& why) {
    return error{errc::invalid, "it is no checkpoint of Weir: " + why};
  };
  const auto key = read_pem(public_key_pem, PEM_read_bio_PUBKEY);
  if (const auto fits = need_ed25519(key, "public key"); !fits)
    return error{errc::invalid, "the public key: " + fits.error().detail};
  const auto empty_line = text.find("\n\n");
  if (text.size() > text_bytes_max || empty_line == text.npos) return no_checkpoint("it has no signature");
  const std::string_view body = text.substr(0, empty_line + 1);
  const auto made = read_body(body);
  if (!made) return no_checkpoint("its lines are not those of one");
  const std::string name = std::string(origin_prefix) + made->log;
  const std::string id = key_id(name, key.get());
  std::string_view rest = text.substr(empty_line + 2);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    if (end == rest.npos) return no_checkpoint("its last line has no end");
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (!line.starts_with(signature_prefix)) return no_checkpoint("a line behind the empty one is no signature");
    line.remove_prefix(signature_prefix.size());
    // Others may have signed it too.
    if (!line.starts_with(name + " ")) continue;
    const auto bytes = from_base64(line.substr(name.size() + 1), key_id_bytes + signature_bytes);
    if (!bytes || bytes->substr(0, key_id_bytes) != id) continue;
    const std::unique_ptr<EVP_MD_CTX, freeing> context(EVP_MD_CTX_new());
    const bool is_signed = context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                           EVP_DigestVerify(context.get(), bytes_of(*bytes) + key_id_bytes, signature_bytes,
                                            bytes_of(body), body.size()) == 1;
    if (is_signed) return *made;
    return error{errc::invalid, "the signature is wrong: the checkpoint was changed after it was signed"};
  }
  return error{errc::invalid, "it is not signed by this key"};
}

}  // namespace weir
