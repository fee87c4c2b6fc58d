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
/// Limit:        above options.connections_max a connection is refused, and above that by options.refusals_max closed.
/// Stop:         stop() takes no more connections, closes idle ones, has requests in progress answered, and cuts what
///               is left at options.drain_deadline. What a connection waits for beside its client must be ended by
///               others, before the destructor: it waits for the last one, a few seconds at most.
class server {
 public:
  /// Makes what the connections of one thread are served by; called once for each thread.
  using make_protocol = std::function<std::unique_ptr<protocol>()>;

  server(server_options options, const make_protocol& make);
  ~server();

  /// Opens a listening socket; connections are taken from start() on. Returns the address with the port that it got.
  /// Errors: errc::invalid if the host is no IP address; errc::in_use, errc::io.
  result<address> listen(const address& where);

  void start();
  void stop();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::net
