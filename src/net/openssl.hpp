#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/// For the files that call OpenSSL: what it hands out is owned, and its words for an error.
namespace weir::net::openssl {

template <auto release>
struct releasing {
  template <class Type>
  void operator()(Type* owned) const {
    release(owned);
  }
};
using bio = std::unique_ptr<BIO, releasing<BIO_free_all>>;
using certificate = std::unique_ptr<X509, releasing<X509_free>>;
using key = std::unique_ptr<EVP_PKEY, releasing<EVP_PKEY_free>>;
using names = std::unique_ptr<GENERAL_NAMES, releasing<GENERAL_NAMES_free>>;

/// The reason of the last error on this thread, "" if there was none; forgets all errors.
[[nodiscard]] std::string take_error();

/// Nothing if it cannot be read.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> to_time(const ASN1_TIME* time);

}  // namespace weir::net::openssl
