#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include "net/handshake_fault.hpp"
#include "net/peer_certificate.hpp"
#include "net/tcp_socket.hpp"

struct ssl_st;  // OpenSSL's SSL
struct bio_st;  // OpenSSL's BIO

namespace weir::net {

class tls_identity;

/// The server's side of TLS on one socket. No function waits: each does as much as possible, and says what to wait for.
///
/// It uses OpenSSL itself, not asio::ssl::stream, for three reasons. A connection sends as much as possible without
/// waiting, and needs to know how much that was; asio's stream cannot say. A connection looks at the next bytes without
/// reading them; asio's stream cannot. And asio's stream holds four buffers of 17 KiB for every idle connection.
///
/// Sending:      the bytes that write() did not send must come first in the next write(). Their address may change.
/// Ends:         the client ends its half with or without close_notify. Writes still work after that.
/// Concurrency:  on the socket's thread; one read and one write may wait at the same time.
/// Lifetime:     the socket outlives it. The destructor sends close_notify, if that needs no waiting.
class tls_session {
 public:
  /// `protocols`: for ALPN, the preferred one first; empty: ALPN is ignored. They outlive the session.
  tls_session(const tls_identity& as, tcp_socket& over, const std::vector<std::string>& protocols);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  enum class wait { none, readable, writable };
  /// Done, possibly with an error code; or wait for the socket and call the same function again.
  struct progress {
    wait next = wait::none;
    std::size_t bytes = 0;
    boost::system::error_code code;
  };
  [[nodiscard]] progress shake_hands();
  [[nodiscard]] progress read(boost::asio::mutable_buffer into);
  /// Sends as much as possible. `bytes` counts also if the rest has to wait.
  [[nodiscard]] progress write(std::span<const boost::asio::const_buffer> from);
  /// Sends close_notify.
  [[nodiscard]] progress end_sending();

  enum class arrived { nothing, bytes, end };
  /// What can be read next; nothing is removed.
  [[nodiscard]] arrived look();

  /// Why shake_hands() failed, and OpenSSL's text for it. Nothing if it succeeded or was cancelled.
  [[nodiscard]] std::optional<handshake_fault> fault() const { return fault_; }
  [[nodiscard]] const std::string& fault_text() const { return fault_text_; }
  /// The client's certificate, after the handshake; nothing if it sent none.
  [[nodiscard]] std::optional<peer_certificate> peer() const;
  /// The version and cipher in use, for the diagnostic log.
  [[nodiscard]] std::string description() const;

  // From here on: for OpenSSL's callbacks.
  [[nodiscard]] static tls_session& of(const ssl_st* ssl);
  [[nodiscard]] const std::vector<std::string>& protocols() const { return protocols_; }

 private:
  struct socket_bio;
  struct free_ssl {
    void operator()(ssl_st* ssl) const;
  };
  [[nodiscard]] std::optional<progress> look_at_first_byte();
  [[nodiscard]] progress outcome(int returned, std::size_t bytes);
  [[nodiscard]] handshake_fault reason_of_failure() const;

  tcp_socket& socket_;
  const std::vector<std::string>& protocols_;
  std::unique_ptr<ssl_st, free_ssl> ssl_;
  int socket_error_ = 0;  ///< errno of the socket
  bool socket_at_end_ = false;
  bool begun_ = false;  ///< what the client sends is TLS
  bool established_ = false;
  bool end_sent_ = false;
  bool broken_ = false;  ///< after a fatal error OpenSSL must not be called again
  std::optional<handshake_fault> fault_;
  std::string fault_text_;
};

}  // namespace weir::net
