#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace weir::auth {

/// What a client certificate says. TLS has verified its chain and that the client has its key.
struct client_certificate {
  std::string subject;                         ///< as RFC 2253 writes it: "CN=billing,O=Example"
  std::vector<std::string> dns, uris, emails;  ///< of its subjectAltName
  timestamp valid_from, valid_until;
};

/// Reads an X.509 certificate in DER. Names with a byte 0 are left out: they are made to be misread.
/// Error errc::invalid for other bytes.
[[nodiscard]] result<client_certificate> read_client_certificate(std::string_view der);

}  // namespace weir::auth
