#include "net/peer_certificate.hpp"

#include <algorithm>

#include <openssl/err.h>

#include "net/openssl.hpp"

namespace weir::net {
namespace {

std::string text_of(const ASN1_STRING* from) {
  unsigned char* utf8 = nullptr;
  const int bytes = ASN1_STRING_to_UTF8(&utf8, from);
  if (bytes < 0) {
    ERR_clear_error();
    return "";
  }
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(bytes));
  OPENSSL_free(utf8);
  return text;
}

std::string subject_of(const X509_NAME* name) {
  const openssl::bio to(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(to.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* bytes = nullptr;
  const long count = BIO_get_mem_data(to.get(), &bytes);
  return {bytes, static_cast<std::size_t>(std::max(count, 0L))};
}

void add_alternative_names(peer_certificate& to, const X509* from) {
  const openssl::names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(from, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    switch (name->type) {
      case GEN_DNS:
        to.dns_names.push_back(text_of(name->d.dNSName));
        break;
      case GEN_URI:
        to.uris.push_back(text_of(name->d.uniformResourceIdentifier));
        break;
      case GEN_EMAIL:
        to.email_addresses.push_back(text_of(name->d.rfc822Name));
        break;
      default:
        break;
    }
  }
}

}  // namespace

peer_certificate to_peer_certificate(const x509_st* shown) {
  peer_certificate made;
  made.subject = subject_of(X509_get_subject_name(shown));
  add_alternative_names(made, shown);
  made.valid_until = openssl::to_time(X509_get0_notAfter(shown)).value_or(std::chrono::system_clock::time_point{});
  ERR_clear_error();
  return made;
}

}  // namespace weir::net
