#pragma once

#include <array>
#include <cstddef>

namespace weir::net {

/// Why a TLS handshake came to nothing, by what an operator would do about it.
enum class handshake_fault {
  overdue,             ///< the client did not do its part in time
  closed,              ///< the client went away
  not_tls,             ///< the client speaks something else, plain HTTP most likely
  version,             ///< no version of TLS in common
  cipher,              ///< no cipher, group or signature in common
  alpn,                ///< the client wants another protocol than the server's
  client_certificate,  ///< the client's certificate is not accepted
  refused_by_client,   ///< the client does not accept the server's certificate, or says so for another reason
  malformed,           ///< the client's bytes break TLS
};
inline constexpr std::size_t handshake_fault_count = 9;

/// What metrics and the diagnostic log call them, in the order of the enumeration.
inline constexpr std::array<const char*, handshake_fault_count> handshake_fault_names{
    "timeout",           "closed",   "not_tls", "version", "cipher", "alpn", "client_certificate",
    "refused_by_client", "malformed"};
static_assert(static_cast<std::size_t>(handshake_fault::malformed) + 1 == handshake_fault_count);

[[nodiscard]] inline const char* name_of(handshake_fault fault) {
  return handshake_fault_names[static_cast<std::size_t>(fault)];
}

}  // namespace weir::net
