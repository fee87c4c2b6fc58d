#pragma once

#include "net/options.hpp"

namespace weir::rpc {

/// What can be set about a server. Every wait and every size has a limit here. Long messages and replies under way
/// share the memory of `bodies`. Thrift has no words for a refusal before a call: what is above the limit is closed.
struct server_options : net::server_options {
  server_options() {
    name = "Thrift RPC";
    idle_deadline = limits::rpc_idle_deadline;
  }

  std::size_t message_bytes_max = limits::rpc_message_bytes_max;  ///< a frame's four bytes of length do not count
};

}  // namespace weir::rpc
