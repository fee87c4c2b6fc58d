#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/memory_budget.hpp"

namespace weir::net {

class tls_identity;

/// The settings of a server, for any protocol.
struct server_options {
  std::string_view name = "TCP";  ///< the protocol's name in the diagnostic log; a literal

  std::shared_ptr<const tls_identity> tls;  ///< null: plain TCP
  std::vector<std::string> tls_protocols;   ///< for ALPN, the preferred one first; empty: ALPN is ignored

  std::size_t threads = 1;  ///< each runs its own connections; 0: one for each processor
  std::size_t connections_max = limits::connections_max;
  std::size_t refusals_max = 0;  ///< connections above the limit that get an answer, at the same time
  /// The memory budget for long input and its answers. At least one message of the maximum size fits.
  std::shared_ptr<memory_budget> bodies = std::make_shared<memory_budget>(limits::bodies_bytes_max);

  /// What long work may take before the thread looks for short work.
  std::chrono::microseconds turn_length = limits::turn_length;

  /// A deadline may be late by an eighth of the shortest one.
  std::chrono::milliseconds request_deadline = limits::request_deadline;  ///< from a request's first byte to its last
  std::chrono::milliseconds idle_deadline = limits::idle_deadline;
  std::chrono::milliseconds write_deadline = limits::write_deadline;
  std::chrono::milliseconds drain_deadline = limits::drain_deadline;
  /// How long a closing connection reads on, so that the client can read the last answer and gets no reset.
  std::chrono::milliseconds linger_deadline = std::chrono::seconds{2};
};

}  // namespace weir::net
