#pragma once

#include <memory>

#include "net/server.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/options.hpp"

namespace weir::rpc {

/// A Thrift server on TCP: a net::server of a dispatcher's calls.
///
/// Protocols:    TBinary over TBufferedTransport; TBinary, TCompact and TJSON over TFramedTransport; all on one port.
/// Stop:         calls that still wait for the engine must be ended by engine::stop(), before the destructor.
/// Lifetime:     the dispatcher and the registry outlive it.
class server {
 public:
  server(server_options options, dispatcher& calls, prometheus::Registry& metrics);
  ~server();

  /// As those of net::server.
  result<net::address> listen(const net::address& where) { return transport_.listen(where); }
  void start() { transport_.start(); }
  void stop() { transport_.stop(); }
  void wake_all() { transport_.wake_all(); }

 private:
  class connection_metrics;
  const server_options options_;
  const std::unique_ptr<connection_metrics> metrics_;
  net::server transport_;
};

}  // namespace weir::rpc
