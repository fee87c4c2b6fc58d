#pragma once

#include <string>
#include <vector>

#include "auth/audit_log.hpp"
#include "auth/gate.hpp"
#include "http/allowed_hosts.hpp"
#include "net/options.hpp"

namespace weir::http {

/// The settings of a server. Every wait and every size has a limit here. The bodies of requests and answers in progress
/// share the memory budget `bodies`.
struct server_options : net::server_options {
  server_options() {
    name = "HTTP";
    refusals_max = 256;
    tls_protocols = {"http/1.1", "http/1.0"};
  }

  auth::gate gate;                         ///< who is admitted
  std::shared_ptr<auth::audit_log> audit;  ///< null: none is written
  allowed_hosts hosts;                     ///< a request for another one is answered 421
  /// max-age of Strict-Transport-Security on connections with TLS (RFC 6797); 0: the header is not sent.
  std::chrono::seconds strict_transport{0};

  /// Origins whose pages may use the server from a browser (https://app.example), or `*`; none: no CORS at all.
  std::vector<std::string> cors_origins;

  std::size_t body_bytes_max = limits::request_body_bytes_max;
  std::size_t headers_bytes_max = limits::request_headers_bytes_max;  ///< request line and header fields together
  std::size_t target_bytes_max = limits::request_target_bytes_max;
  /// For the head of a request on a connection above the limit; then it is refused.
  std::chrono::milliseconds refusal_deadline = std::chrono::seconds{1};

  std::chrono::milliseconds heartbeat = limits::heartbeat;  ///< between the comment lines of an event stream
};

}  // namespace weir::http
