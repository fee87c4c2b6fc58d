#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "base/limits.hpp"
#include "base/memory_budget.hpp"

namespace weir::net {

/// What can be set about a server, whatever it speaks.
struct server_options {
  std::string_view name = "TCP";  ///< what the log calls the protocol; a literal

  std::size_t threads = 1;  ///< each runs its own connections; 0: one for each processor
  std::size_t connections_max = limits::connections_max;
  std::size_t refusals_max = 0;  ///< connections above the limit that are told so at the same time
  /// For long input and what is made of it. At least one message of the protocol's limit fits.
  std::shared_ptr<memory_budget> bodies = std::make_shared<memory_budget>(limits::bodies_bytes_max);

  /// Deadlines are kept to within an eighth of the shortest of them.
  std::chrono::milliseconds request_deadline = limits::request_deadline;  ///< from a request's first byte to its last
  std::chrono::milliseconds idle_deadline = limits::idle_deadline;
  std::chrono::milliseconds write_deadline = limits::write_deadline;
  std::chrono::milliseconds drain_deadline = limits::drain_deadline;
  /// How long a closing connection goes on reading, so that the client gets to read the last answer and no reset.
  std::chrono::milliseconds linger_deadline = std::chrono::seconds{2};
};

}  // namespace weir::net
