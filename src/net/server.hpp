#pragma once

#include <functional>
#include <memory>

#include "base/error.hpp"
#include "net/address.hpp"
#include "net/options.hpp"
#include "net/protocol.hpp"

namespace weir::net {

/// A server on TCP for some protocol: listen(), start(), and at the end stop().
///
/// Threads:      options.threads of its own; each connection lives on one of them.
/// Concurrency:  its functions are called from one thread at a time.
/// Limit:        above options.connections_max, up to options.refusals_max connections at a time get a refusal; others
///               are closed.
/// Stop:         stop() accepts no more connections, closes idle ones, lets requests in progress be answered, and cuts
///               the remaining connections at options.drain_deadline. If connections wait for anything but their
///               clients, the owner must end those waits before the destructor, which waits a few seconds at most.
class server {
 public:
  /// Makes the protocol object of one thread; called once per thread.
  using make_protocol = std::function<std::unique_ptr<protocol>()>;

  server(server_options options, const make_protocol& make);
  ~server();

  /// Opens a listening socket; connections are accepted from start() on. Returns the address with the actual port.
  /// Errors: errc::invalid if the host is not an IP address; errc::in_use, errc::io.
  result<address> listen(const address& where);

  void start();
  void stop();
  /// Calls the function of on_interrupt() of all connections, each on its thread. From any thread, until stop().
  void wake_all();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::net
