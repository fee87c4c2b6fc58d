#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/options.hpp"
#include "http/router.hpp"
#include "http/traffic.hpp"

namespace weir::http {

/// An address to listen on.
struct address {
  std::string host;  ///< an IP address
  std::uint16_t port = 0;
  bool loopback = false;

  /// 127.0.0.1:8080 or [::1]:8080
  [[nodiscard]] std::string text() const;
};

/// Reads 127.0.0.1:8080, [::1]:8080 or localhost:8080, which is 127.0.0.1. Error errc::invalid for another text.
[[nodiscard]] result<address> read_address(std::string_view text);

/// An HTTP/1.1 server: listen(), start(), and at the end stop().
///
/// Threads:      options.threads of its own; each connection lives on one of them.
/// Concurrency:  its functions are called from one thread at a time.
/// Stop:         stop() takes no more connections, closes idle ones, has requests in progress answered, and cuts what
///               is left at options.drain_deadline. What a handler waits for beside the client must be ended by others
///               before the destructor runs: it waits for the last handler, a few seconds at most.
/// Lifetime:     the router outlives it.
class server {
 public:
  server(server_options options, const router& routes, std::shared_ptr<traffic> metrics);
  ~server();

  /// Opens a listening socket; connections are taken from start() on. Returns the address with the port that it got.
  /// Errors: errc::in_use, errc::io.
  result<address> listen(const address& where);

  void start();
  void stop();

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::http
