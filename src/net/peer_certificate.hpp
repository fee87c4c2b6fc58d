#pragma once

#include <chrono>
#include <string>
#include <vector>

struct x509_st;  // OpenSSL's X509

namespace weir::net {

/// What a client's certificate says about the client. An authority that the operator trusts has signed it, and TLS has
/// shown that the client has its key, and that the certificate is valid at the handshake.
///
/// Text is as the certificate has it, in UTF-8: it may hold any bytes. Compare it whole.
struct peer_certificate {
  std::string subject;                 ///< RFC 4514, the last part first: CN=billing,O=Example
  std::vector<std::string> dns_names;  ///< this and what follows: subject alternative names
  std::vector<std::string> uris;       ///< spiffe://example.org/billing
  std::vector<std::string> email_addresses;
  std::chrono::system_clock::time_point valid_until;  ///< TLS does not look again after the handshake
};

[[nodiscard]] peer_certificate to_peer_certificate(const x509_st* shown);

}  // namespace weir::net
