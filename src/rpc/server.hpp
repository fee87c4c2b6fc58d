#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/options.hpp"

namespace weir::rpc {

/// A Thrift server on TCP: listen(), start(), and at the end stop().
///
/// Protocols:    TBinary over TBufferedTransport; TBinary, TCompact and TJSON over TFramedTransport; all on one port.
/// Threads:      options.threads of its own; each connection lives on one of them.
/// Concurrency:  its functions are called from one thread at a time.
/// Stop:         stop() takes no more connections, closes idle ones, has calls in progress answered, and cuts what is
///               left at options.drain_deadline. Calls that still wait for the engine must be ended by engine::stop()
///               before the destructor runs: it waits for the last of them, a few seconds at most.
/// Lifetime:     the dispatcher and the registry outlive it.
class server {
 public:
  server(server_options options, dispatcher& calls, prometheus::Registry& metrics);
  ~server();

  /// Opens a listening socket on an IP address; connections are taken from start() on. Port 0 picks a free one. Returns
  /// the port in use. Errors: errc::invalid, errc::in_use, errc::io.
  result<std::uint16_t> listen(const std::string& host, std::uint16_t port);

  void start();
  void stop();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::rpc
