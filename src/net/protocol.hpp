#pragma once

#include <cstddef>
#include <memory>

#include "net/handshake_fault.hpp"
#include "net/task.hpp"

namespace weir::net {

class connection;

/// Gets the events to be counted about the connections of one thread, on that thread.
class observer {
 public:
  observer() = default;
  observer(const observer&) = delete;
  observer& operator=(const observer&) = delete;
  virtual ~observer() = default;

  virtual void connection_opened() {}
  virtual void connection_closed() {}
  virtual void connection_refused() {}  ///< at the limit: told so or just closed
  virtual void accept_failed() {}
  virtual void handshake_done() {}  ///< of TLS
  virtual void handshake_failed(handshake_fault) {}
  virtual void received(std::size_t) {}  ///< bytes
  virtual void sent(std::size_t) {}
};

/// The protocol of the connections of one thread.
///
/// Concurrency:  used on that thread.
/// Lifetime:     outlives its connections.
class protocol {
 public:
  protocol() = default;
  protocol(const protocol&) = delete;
  protocol& operator=(const protocol&) = delete;
  virtual ~protocol() = default;

  /// Serves a connection to its end.
  [[nodiscard]] virtual task<> serve(std::unique_ptr<connection> over) = 0;
  /// Answers a connection above the limit that it is refused, and counts that. It may answer what has to be answered even
  /// then. Never called if refusals_max is 0.
  [[nodiscard]] virtual task<> refuse(std::unique_ptr<connection> over) = 0;
  /// Answers a client that speaks no TLS on a port with TLS; the connection is plain. By default it is just closed.
  [[nodiscard]] virtual task<> refuse_plain(std::unique_ptr<connection> over);

  [[nodiscard]] virtual observer& counts() = 0;
};

}  // namespace weir::net
