#include "support/certificates.hpp"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace weir::testing {
namespace {

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot make a certificate");
}

void add(X509_NAME* name, const char* field, const std::string& text) {
  if (text.empty()) return;
  must(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                  static_cast<int>(text.size()), -1, 0) == 1);
}

void add_extension(X509* to, int kind, const std::string& value) {
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  must(made != nullptr && X509_add_ext(to, made, -1) == 1);
  X509_EXTENSION_free(made);
}

}  // namespace

std::string certificate::pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  must(PEM_write_bio_X509(out.get(), x509.get()) == 1);
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

certificate make_certificate(const std::string& common_name, const std::string& organisation,
                             const std::string& subject_alt_names) {
  certificate made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.x509.reset(X509_new());
  X509* x509 = made.x509.get();
  must(made.key && x509 != nullptr && X509_set_version(x509, 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3'600);
  X509_NAME* name = X509_get_subject_name(x509);
  add(name, "O", organisation);
  add(name, "CN", common_name);
  must(X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, made.key.get()) == 1);
  if (!subject_alt_names.empty()) add_extension(x509, NID_subject_alt_name, subject_alt_names);
  must(X509_sign(x509, made.key.get(), EVP_sha256()) > 0);
  return made;
}

}  // namespace weir::testing
