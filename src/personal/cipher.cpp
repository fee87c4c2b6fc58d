#include "personal/cipher.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace weir::personal {
namespace {

constexpr std::size_t hash_bytes = 16;

struct freeing {
  void operator()(EVP_CIPHER* algorithm) const { EVP_CIPHER_free(algorithm); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC* algorithm) const { EVP_MAC_free(algorithm); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot encrypt, decrypt or hash");
}

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw(std::string& bytes, std::size_t at) { return reinterpret_cast<unsigned char*>(bytes.data()) + at; }

/// Fetched once: a lookup by name takes a lock.
const EVP_CIPHER* gcm() {
  static const std::unique_ptr<EVP_CIPHER, freeing> fetched(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  return fetched.get();
}

EVP_CIPHER_CTX* cipher_context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, freeing> context(EVP_CIPHER_CTX_new());
  return context.get();
}

/// Nonces come from a small store of random bytes: asking OpenSSL for each costs more than encrypting.
std::string_view next_nonce() {
  thread_local std::array<unsigned char, nonce_bytes * 64> bytes{};
  thread_local std::size_t used = bytes.size();
  if (used == bytes.size()) {
    must(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
    used = 0;
  }
  used += nonce_bytes;
  return {reinterpret_cast<const char*>(bytes.data()) + used - nonce_bytes, nonce_bytes};
}

/// HMAC with SHA-256, of this thread, at the beginning of a text. The key is given anew only if it is another one: hashes
/// are made with the key of the store, which stays.
EVP_MAC_CTX* hmac_context(const key& with) {
  static const std::unique_ptr<EVP_MAC, freeing> fetched(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  thread_local const std::unique_ptr<EVP_MAC_CTX, freeing> context = [] {
    std::unique_ptr<EVP_MAC_CTX, freeing> made(EVP_MAC_CTX_new(fetched.get()));
    std::string digest = "SHA256";
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                OSSL_PARAM_construct_end()};
    must(made && EVP_MAC_CTX_set_params(made.get(), parameters.data()) == 1);
    return made;
  }();
  thread_local std::optional<key> present;
  if (present && present->bytes() == with.bytes()) {
    must(EVP_MAC_init(context.get(), nullptr, 0, nullptr) == 1);
  } else {
    present.reset();
    must(EVP_MAC_init(context.get(), raw(with.bytes()), key_bytes, nullptr) == 1);
    present.emplace(with);
  }
  return context.get();
}

}  // namespace

key::key(std::string_view bytes) {
  if (bytes.size() != key_bytes) throw std::logic_error("a key has 32 bytes");
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

key::~key() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  must(RAND_bytes(raw(bytes, 0), static_cast<int>(count)) == 1);
  return bytes;
}

void encrypt(const key& with, std::string_view associated, std::string_view text, std::string& into) {
  EVP_CIPHER_CTX* const context = cipher_context();
  const std::string_view nonce = next_nonce();
  into += nonce;
  const std::size_t begin = into.size();
  into.resize(begin + text.size() + tag_bytes);
  int size = 0;
  must(EVP_EncryptInit_ex2(context, gcm(), raw(with.bytes()), raw(nonce), nullptr) == 1);
  must(EVP_EncryptUpdate(context, nullptr, &size, raw(associated), static_cast<int>(associated.size())) == 1);
  must(EVP_EncryptUpdate(context, raw(into, begin), &size, raw(text), static_cast<int>(text.size())) == 1);
  must(EVP_EncryptFinal_ex(context, raw(into, begin + text.size()), &size) == 1);
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, raw(into, begin + text.size())) == 1);
  EVP_CIPHER_CTX_reset(context);  // the key does not stay there
}

std::optional<std::string> decrypt(const key& with, std::string_view associated, std::string_view encrypted) {
  if (encrypted.size() < nonce_bytes + tag_bytes) return std::nullopt;
  const std::string_view nonce = encrypted.substr(0, nonce_bytes);
  const std::string_view hidden = encrypted.substr(nonce_bytes, encrypted.size() - nonce_bytes - tag_bytes);
  std::array<unsigned char, tag_bytes> tag{};
  std::copy(encrypted.end() - tag_bytes, encrypted.end(), tag.begin());
  EVP_CIPHER_CTX* const context = cipher_context();
  std::string text(hidden.size(), '\0');
  int size = 0;
  must(EVP_DecryptInit_ex2(context, gcm(), raw(with.bytes()), raw(nonce), nullptr) == 1);
  must(EVP_DecryptUpdate(context, nullptr, &size, raw(associated), static_cast<int>(associated.size())) == 1);
  must(EVP_DecryptUpdate(context, raw(text, 0), &size, raw(hidden), static_cast<int>(hidden.size())) == 1);
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1);
  const bool is_the_same = EVP_DecryptFinal_ex(context, tag.data(), &size) == 1;
  EVP_CIPHER_CTX_reset(context);
  if (!is_the_same) return std::nullopt;
  return text;
}

std::string keyed_hash(const key& with, std::string_view text) {
  EVP_MAC_CTX* const context = hmac_context(with);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  std::size_t size = 0;
  must(EVP_MAC_update(context, raw(text), text.size()) == 1 &&
       EVP_MAC_final(context, hash.data(), &size, hash.size()) == 1);
  return {reinterpret_cast<const char*>(hash.data()), hash_bytes};
}

}  // namespace weir::personal
