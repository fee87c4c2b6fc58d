#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/limits.hpp"
#include "base/memory_budget.hpp"

namespace weir::rpc {

/// What can be set about a server. Every wait and every size has a limit here.
struct server_options {
  std::size_t threads = 1;  ///< each runs its own connections; 0: one for each processor
  std::size_t connections_max = limits::connections_max;
  std::size_t message_bytes_max = limits::rpc_message_bytes_max;  ///< a frame's four bytes of length do not count
  /// For long messages and replies under way. At least one of message_bytes_max fits.
  std::shared_ptr<memory_budget> bodies = std::make_shared<memory_budget>(limits::bodies_bytes_max);

  /// Deadlines are kept to within an eighth of the shortest of them.
  std::chrono::milliseconds request_deadline = limits::request_deadline;  ///< from a message's first byte to its last
  std::chrono::milliseconds idle_deadline = limits::rpc_idle_deadline;
  std::chrono::milliseconds write_deadline = limits::write_deadline;
  std::chrono::milliseconds drain_deadline = limits::drain_deadline;
  /// How long a closing connection goes on reading, so that the client gets to read the last answer and no reset.
  std::chrono::milliseconds linger_deadline = std::chrono::seconds{2};
};

}  // namespace weir::rpc
