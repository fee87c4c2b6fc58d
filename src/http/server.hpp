#pragma once

#include <memory>

#include "http/options.hpp"
#include "http/router.hpp"
#include "http/traffic.hpp"
#include "net/server.hpp"

namespace weir::http {

/// An HTTP/1.1 server: a net::server of routes.
///
/// Lifetime:  the router outlives it.
class server {
 public:
  server(server_options options, const router& routes, std::shared_ptr<traffic> metrics);

  /// As those of net::server.
  result<net::address> listen(const net::address& where) { return transport_.listen(where); }
  void start() { transport_.start(); }
  void stop() { transport_.stop(); }
  void wake_all() { transport_.wake_all(); }

 private:
  const server_options options_;
  const std::shared_ptr<traffic> traffic_;
  net::server transport_;
};

}  // namespace weir::http
