#pragma once

#include "auth/gate.hpp"
#include "net/options.hpp"

namespace weir::rpc {

/// The settings of a server. Every wait and every size has a limit here. Long messages and replies in progress share
/// the memory budget `bodies`. Thrift cannot express a refusal before a call: connections above the limit are closed.
struct server_options : net::server_options {
  server_options() {
    name = "Thrift RPC";
    idle_deadline = limits::rpc_idle_deadline;
  }

  auth::gate gate;                                                ///< who is admitted
  std::size_t message_bytes_max = limits::rpc_message_bytes_max;  ///< a frame's four bytes of length do not count
  std::size_t first_message_bytes_max = 20u << 10;  ///< until the caller is known: `authenticate` is shorter
};

}  // namespace weir::rpc
