#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/memory_budget.hpp"

namespace weir::http {

/// What can be set about a server. Every wait and every size has a limit here.
struct server_options {
  std::size_t threads = 1;  ///< each runs its own connections; 0: one for each processor
  std::size_t connections_max = limits::connections_max;

  /// Origins whose pages may use the server from a browser (https://app.example), or `*`; none: no CORS at all.
  std::vector<std::string> cors_origins;

  std::size_t body_bytes_max = limits::request_body_bytes_max;
  /// For the bodies of requests and answers under way. At least one of body_bytes_max fits.
  std::shared_ptr<memory_budget> bodies = std::make_shared<memory_budget>(limits::bodies_bytes_max);
  std::size_t headers_bytes_max = limits::request_headers_bytes_max;  ///< request line and header fields together
  std::size_t target_bytes_max = limits::request_target_bytes_max;

  /// Deadlines are kept to within an eighth of the shortest of them.
  std::chrono::milliseconds request_deadline = limits::request_deadline;
  std::chrono::milliseconds idle_deadline = limits::idle_deadline;
  std::chrono::milliseconds write_deadline = limits::write_deadline;
  std::chrono::milliseconds drain_deadline = limits::drain_deadline;
  /// How long a closing connection goes on reading, so that the client gets to read the last answer and no reset.
  std::chrono::milliseconds linger_deadline = std::chrono::seconds{2};

  std::chrono::milliseconds heartbeat = limits::heartbeat;  ///< between the comment lines of an event stream
};

}  // namespace weir::http
