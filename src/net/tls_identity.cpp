#include "net/tls_identity.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "net/openssl.hpp"
#include "net/tls_session.hpp"

namespace weir::net {
namespace {

using std::chrono::system_clock;

/// Of a file in PEM. A certificate has 2 KiB or so.
constexpr std::size_t file_bytes_max = 4u << 20;
/// Mozilla's "intermediate" configuration for TLS 1.2, without DHE: with DHE a client can make the server work hard, and no
/// current client needs it. TLS 1.3 keeps OpenSSL's ciphers.
constexpr const char* ciphers_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
/// The first list that OpenSSL supports is used: 3.5 has the post-quantum group X25519MLKEM768, 3.0 does not.
constexpr std::array group_lists{"X25519MLKEM768:X25519:prime256v1:secp384r1", "X25519:prime256v1:secp384r1"};

result<std::string> read_file(const char* what, const std::filesystem::path& file) {
  const auto failed = [&](int why) {
    return error{errc::io, "cannot read the " + std::string(what) + " " + file.string() + ": " + std::strerror(why)};
  };
  std::FILE* opened = std::fopen(file.c_str(), "rb");
  if (opened == nullptr) return failed(errno);
  const std::unique_ptr<std::FILE, openssl::releasing<std::fclose>> owned(opened);
  std::string bytes(file_bytes_max + 1, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), opened));
  if (std::ferror(opened) != 0) return failed(errno);
  if (bytes.size() <= file_bytes_max) return bytes;
  return error{errc::invalid, "the " + std::string(what) + " " + file.string() + " is larger than 4 MiB"};
}

openssl::bio over(const std::string& bytes) {
  return openssl::bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

/// Never prompts for a passphrase. Counts how often OpenSSL wanted one.
int no_passphrase(char*, int, int, void* wanted) {
  ++*static_cast<int*>(wanted);
  return -1;
}

/// All certificates of a file, in order; at least one.
result<std::vector<openssl::certificate>> read_certificates(const char* what, const std::filesystem::path& file) {
  const auto bytes = read_file(what, file);
  if (!bytes) return bytes.error();
  const openssl::bio from = over(*bytes);
  std::vector<openssl::certificate> found;
  while (openssl::certificate next{PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)}) {
    found.push_back(std::move(next));
  }
  // The file's end is an error too, which says that nothing more begins.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string why = openssl::take_error();
  if (!at_end) {
    return error{errc::invalid,
                 "the " + std::string(what) + " " + file.string() + " holds a damaged certificate: " + why};
  }
  if (found.empty()) {
    return error{errc::invalid,
                 "the " + std::string(what) + " " + file.string() + " holds no certificate in PEM (BEGIN CERTIFICATE)"};
  }
  return found;
}

result<openssl::key> read_key(const std::filesystem::path& file) {
  const auto bytes = read_file("TLS key", file);
  if (!bytes) return bytes.error();
  int passphrases_wanted = 0;
  openssl::key found(PEM_read_bio_PrivateKey(over(*bytes).get(), nullptr, no_passphrase, &passphrases_wanted));
  const std::string why = openssl::take_error();
  if (found) return found;
  if (passphrases_wanted > 0) {
    return error{errc::invalid, "the TLS key " + file.string() +
                                    " has a passphrase: write it without one, to a file that only the server's user "
                                    "may read"};
  }
  return error{errc::invalid, "the TLS key " + file.string() + " holds no private key in PEM: " + why};
}

/// Of the protocols that a client names (ALPN, RFC 7301), the first that the connection's server speaks.
int select_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_bytes, const unsigned char* in,
                    unsigned int in_bytes, void*) {
  const std::vector<std::string>& spoken = tls_session::of(ssl).protocols();
  if (spoken.empty()) return SSL_TLSEXT_ERR_NOACK;
  const std::string_view named(reinterpret_cast<const char*>(in), in_bytes);
  for (const std::string& each : spoken) {
    for (std::size_t at = 0; at < named.size(); at += 1 + static_cast<unsigned char>(named[at])) {
      const std::string_view one = named.substr(at + 1, static_cast<unsigned char>(named[at]));
      if (one != each) continue;
      *out = in + at + 1;
      *out_bytes = static_cast<unsigned char>(one.size());
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Sets everything that does not depend on the files.
void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // An end of the connection without close_notify counts as an end: HTTP and Thrift messages carry their length, so no
  // truncated one is accepted. Otherwise OpenSSL would fail, and a client that shuts down sending would get no answer.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // A write may send a part of its bytes, and the rest may be passed again from another address.
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // A record without data, such as a key update, ends a read with "try again". Otherwise a client that sends only such
  // records could keep the thread in one read.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_cipher_list(context, ciphers_of_1_2);
  for (const char* groups : group_lists) {
    if (SSL_CTX_set1_groups_list(context, groups) == 1) break;
  }
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  ERR_clear_error();
}

}  // namespace

std::vector<std::filesystem::path> tls_files::all() const {
  std::vector<std::filesystem::path> used{certificate, key};
  if (!client_authorities.empty()) used.push_back(client_authorities);
  return used;
}

result<tls_identity::made> tls_identity::make(const tls_files& files) {
  auto chain = read_certificates("TLS certificate", files.certificate);
  if (!chain) return chain.error();
  const auto key = read_key(files.key);
  if (!key) return key.error();
  const auto refused = [](const std::string& what) {
    return error{errc::invalid, what + ": " + openssl::take_error()};
  };

  made result;
  result.context = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* context = result.context.get();
  if (context == nullptr) return refused("OpenSSL cannot begin TLS");
  set_rules(context);
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return refused("the TLS certificate " + files.certificate.string() + " is not accepted");
  }
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    ERR_clear_error();
    return error{errc::invalid, "the TLS key " + files.key.string() +
                                    " does not belong to the (first) certificate of " + files.certificate.string()};
  }
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) {
    return refused("the TLS key " + files.key.string() + " is not accepted");
  }
  result.valid_from = system_clock::time_point::min();
  result.valid_until = system_clock::time_point::max();
  for (const openssl::certificate& each : *chain) {
    const auto from = openssl::to_time(X509_get0_notBefore(each.get()));
    const auto until = openssl::to_time(X509_get0_notAfter(each.get()));
    if (from) result.valid_from = std::max(result.valid_from, *from);
    if (until) result.valid_until = std::min(result.valid_until, *until);
    if (each != chain->front() && SSL_CTX_add1_chain_cert(context, each.get()) != 1) {
      return refused("a further certificate of " + files.certificate.string() + " is not accepted");
    }
  }
  if (files.client_authorities.empty()) return result;

  const auto authorities = read_certificates("TLS client CA", files.client_authorities);
  if (!authorities) return authorities.error();
  for (const openssl::certificate& each : *authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get()) != 1 ||
        SSL_CTX_add_client_CA(context, each.get()) != 1) {
      return refused("a certificate of " + files.client_authorities.string() + " is not accepted");
    }
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  return result;
}

result<std::shared_ptr<tls_identity>> tls_identity::load(tls_files files) {
  auto first = make(files);
  if (!first) return first.error();
  return std::shared_ptr<tls_identity>(new tls_identity(std::move(files), std::move(*first)));
}

result<> tls_identity::reload() {
  auto next = make(files_);
  if (!next) return next.error();
  const std::lock_guard lock(mutex_);
  current_ = std::move(*next);
  return {};
}

system_clock::time_point tls_identity::valid_from() const {
  const std::lock_guard lock(mutex_);
  return current_.valid_from;
}

system_clock::time_point tls_identity::valid_until() const {
  const std::lock_guard lock(mutex_);
  return current_.valid_until;
}

std::shared_ptr<ssl_ctx_st> tls_identity::context() const {
  const std::lock_guard lock(mutex_);
  return current_.context;
}

}  // namespace weir::net
