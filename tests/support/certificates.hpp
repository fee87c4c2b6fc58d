#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace weir::testing {

/// A key and a certificate that it signs itself, valid from an hour ago for two hours.
struct certificate {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{nullptr, EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> x509{nullptr, X509_free};

  [[nodiscard]] std::string pem() const;
};

/// `subject_alt_names`: as OpenSSL's configuration writes them, "DNS:localhost,IP:127.0.0.1"; "" for none.
[[nodiscard]] certificate make_certificate(const std::string& common_name, const std::string& organisation,
                                           const std::string& subject_alt_names);

}  // namespace weir::testing
