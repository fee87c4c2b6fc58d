#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace weir::net {

/// The files that a server's TLS is made of, in PEM.
struct tls_files {
  std::filesystem::path certificate;         ///< the server's, and after it those of intermediate authorities
  std::filesystem::path key;                 ///< of the server's certificate, without a passphrase
  std::filesystem::path client_authorities;  ///< whose certificates clients may show; empty: no client is asked for one

  /// Those that are used.
  [[nodiscard]] std::vector<std::filesystem::path> all() const;
};

/// A server's certificate and key, and the authorities whose client certificates it accepts. Read from files; can be
/// reloaded.
///
/// Versions:     TLS 1.2 and 1.3, with the ciphers and groups of Mozilla's "intermediate" configuration, without those
///               that use DHE. No compression, no renegotiation, no early data.
/// Clients:      are asked for a certificate if there are authorities. They may send none. One that is sent must be valid.
/// Resumption:   by tickets; each reload makes new ticket keys. No resumption if clients are asked for certificates, so
///               that each connection's certificate is checked against the authorities in use.
/// Reload:       all or nothing. Existing connections keep the old context; new ones get the new context.
/// Concurrency:  usable from any thread.
class tls_identity {
 public:
  /// Errors: errc::io for a file that cannot be read, errc::invalid for what is in one: a sentence that names the file.
  [[nodiscard]] static result<std::shared_ptr<tls_identity>> load(tls_files files);

  /// Reads the files again. After an error the old context stays in use.
  [[nodiscard]] result<> reload();

  [[nodiscard]] const tls_files& files() const { return files_; }
  /// When the server's certificate, or one of those sent with it, ends being valid.
  [[nodiscard]] std::chrono::system_clock::time_point valid_until() const;
  /// When all of them are valid from.
  [[nodiscard]] std::chrono::system_clock::time_point valid_from() const;

  /// For the next connection.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> context() const;

 private:
  struct made {
    std::shared_ptr<ssl_ctx_st> context;
    std::chrono::system_clock::time_point valid_from, valid_until;
  };
  tls_identity(tls_files files, made first) : files_(std::move(files)), current_(std::move(first)) {}
  [[nodiscard]] static result<made> make(const tls_files& files);

  const tls_files files_;
  mutable std::mutex mutex_;
  made current_;
};

}  // namespace weir::net
