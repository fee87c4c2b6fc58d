#include "auth/client_certificate.hpp"

#include <ctime>
#include <memory>
#include <optional>

#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace weir::auth {
namespace {

struct free_certificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct free_names {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
struct free_bio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::optional<std::string> subject_of(const X509* certificate) {
  const std::unique_ptr<BIO, free_bio> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) {
    return std::nullopt;
  }
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

std::optional<timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return timestamp(std::chrono::seconds(timegm(&parts)));
}

void add_name(client_certificate& to, const GENERAL_NAME* name) {
  int kind = 0;
  const void* value = GENERAL_NAME_get0_value(name, &kind);
  std::vector<std::string>* list = kind == GEN_DNS     ? &to.dns
                                   : kind == GEN_URI   ? &to.uris
                                   : kind == GEN_EMAIL ? &to.emails
                                                       : nullptr;
  if (list == nullptr) return;
  const auto* text = static_cast<const ASN1_STRING*>(value);
  std::string read(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                   static_cast<std::size_t>(ASN1_STRING_length(text)));
  if (read.find('\0') == read.npos) list->push_back(std::move(read));
}

}  // namespace

result<client_certificate> read_client_certificate(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = bytes + der.size();
  const std::unique_ptr<X509, free_certificate> certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  const error wrong{errc::invalid, "this is no X.509 certificate"};
  if (!certificate || bytes != end) return wrong;
  client_certificate read;
  const auto subject = subject_of(certificate.get());
  const auto from = time_of(X509_get0_notBefore(certificate.get()));
  const auto until = time_of(X509_get0_notAfter(certificate.get()));
  if (!subject || !from || !until) return wrong;
  read.subject = *subject;
  read.valid_from = *from;
  read.valid_until = *until;
  const std::unique_ptr<GENERAL_NAMES, free_names> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    add_name(read, sk_GENERAL_NAME_value(names.get(), i));
  }
  return read;
}

}  // namespace weir::auth
