#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace weir::net {

/// What a client's certificate says about the client. An authority that the operator trusts has signed it, and TLS has
/// shown that the client has its key.
///
/// Text is as the certificate has it: it may hold any bytes. Compare it whole.
struct peer_certificate {
  std::string subject;                    ///< RFC 4514, the last part first: CN=billing,O=Example
  std::vector<std::string> common_names;  ///< of the subject, in the certificate's order
  std::vector<std::string> dns_names;     ///< this and what follows: subject alternative names
  std::vector<std::string> uris;          ///< spiffe://example.org/billing
  std::vector<std::string> email_addresses;
  std::vector<std::string> ip_addresses;              ///< 192.0.2.1, 2001:db8::1
  std::chrono::system_clock::time_point valid_until;  ///< of this certificate; TLS has looked once, at the handshake
  std::string sha256;                                 ///< fingerprint: 64 hexadecimal digits in lower case
};

}  // namespace weir::net
