#include "base/digest.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace weir {
namespace {

struct freeing {
  void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Fetched once: EVP_sha256() is looked up by name, under a lock, each time it is used.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, freeing> fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return fetched.get();
}

}  // namespace

std::string sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, freeing> context(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!context || EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

struct sha256_of_pieces::state {
  std::unique_ptr<EVP_MD_CTX, freeing> context{EVP_MD_CTX_new()};
};

sha256_of_pieces::sha256_of_pieces() : state_(std::make_unique<state>()) {
  if (!state_->context || EVP_DigestInit_ex2(state_->context.get(), algorithm(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
}

sha256_of_pieces::~sha256_of_pieces() = default;

void sha256_of_pieces::add(std::string_view piece) {
  if (EVP_DigestUpdate(state_->context.get(), piece.data(), piece.size()) != 1) {
    throw std::runtime_error("OpenSSL's SHA-256 failed");
  }
}

std::string sha256_of_pieces::digest() const {
  const std::unique_ptr<EVP_MD_CTX, freeing> copy(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!copy || EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), digest.data(), &size) != 1) {
    throw std::runtime_error("OpenSSL's SHA-256 failed");
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace weir
