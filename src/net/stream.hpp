#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <netinet/tcp.h>

#include "net/tcp_socket.hpp"
#include "net/tls_session.hpp"

namespace weir::net {

/// The byte stream of a connection, plain or over TLS. Only this class and tls_session use the socket.
///
/// Plain:  a read or a write is the socket's own operation. TLS costs it one comparison.
class stream {
  using signature = void(boost::system::error_code, std::size_t);

  /// Tries a step, waits for the socket as it says, and tries again.
  template <class Step>
  struct tls_operation {
    stream* on;
    Step step;
    std::size_t cancels_before = on->cancels_;
    std::size_t done = 0;
    boost::system::error_code code{};
    enum { at_first, after_a_wait, at_last } when = at_first;

    template <class Self>
    void operator()(Self& self, const boost::system::error_code& of_wait = {}) {
      if (when == at_last) return self.complete(code, done);
      if (of_wait) return self.complete(of_wait, done);
      const tls_session::progress made = step(*on->tls_, done);
      done += made.bytes;
      code = made.code;
      if (made.next != tls_session::wait::none) {
        // A client that keeps the socket busy with what is no data would never let a wait be cancelled.
        if (on->cancels_ != cancels_before) {
          code = boost::asio::error::operation_aborted;
        } else {
          when = after_a_wait;
          const auto what = made.next == tls_session::wait::readable ? tcp_socket::wait_read : tcp_socket::wait_write;
          return on->socket_.async_wait(what, std::move(self));
        }
      }
      if (when == after_a_wait) return self.complete(code, done);
      // Never before the caller has begun to wait.
      when = at_last;
      boost::asio::post(on->socket_.get_executor(), std::move(self));
    }
  };
  template <class Step>
  [[nodiscard]] auto begin(Step step) {
    auto token = boost::asio::as_tuple(boost::asio::deferred);
    return boost::asio::async_compose<decltype(token), signature>(tls_operation<Step>{this, std::move(step)}, token,
                                                                  socket_);
  }

 public:
  using buffers = std::array<boost::asio::const_buffer, 3>;

  explicit stream(tcp_socket over) : socket_(std::move(over)) {
    boost::system::error_code ignored;  // both are for speed
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
  }

  /// The client's address and port: 192.0.2.1:40000; "" if it was not connected any more when it was asked for first.
  [[nodiscard]] const std::string& peer_address() {
    if (!peer_address_.empty()) return peer_address_;
    boost::system::error_code unknown;
    const auto end = socket_.remote_endpoint(unknown);
    if (unknown) return peer_address_;
    const std::string host = end.address().to_string();
    peer_address_ = (end.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(end.port());
    return peer_address_;
  }

  /// From here on all bytes are TLS's. A handshake comes first.
  void begin_tls(const tls_identity& as, const std::vector<std::string>& protocols) {
    tls_ = std::make_unique<tls_session>(as, socket_, protocols);
  }
  /// From here on the bytes are those of the socket again.
  void forget_tls() { tls_.reset(); }
  /// nullptr if it is plain.
  [[nodiscard]] const tls_session* tls() const { return tls_.get(); }

  /// To be co_awaited, of TLS only: a tuple of an error code and a number without meaning.
  [[nodiscard]] auto shake_hands() {
    return begin([](tls_session& tls, std::size_t) { return tls.shake_hands(); });
  }
  /// To be co_awaited, of TLS only: says that nothing more is sent. A tuple of an error code and a number without
  /// meaning.
  [[nodiscard]] auto end_sending_over_tls() {
    return begin([](tls_session& tls, std::size_t) { return tls.end_sending(); });
  }

  /// To be co_awaited: a tuple of an error code and the number of bytes.
  [[nodiscard]] auto read_some(boost::asio::mutable_buffer into) {
    auto token = boost::asio::as_tuple(boost::asio::deferred);
    return boost::asio::async_initiate<decltype(token), signature>(begin_read{this}, token, into);
  }
  /// Sends as much as possible without waiting, possibly nothing, which is not an error. Returns the number of bytes. The
  /// bytes that were not sent must come first in the next write.
  [[nodiscard]] std::size_t write_some(const buffers& from, boost::system::error_code& code) {
    if (tls_) {
      const tls_session::progress made = tls_->write(from);
      write_waits_for_ = made.next == tls_session::wait::readable ? tcp_socket::wait_read : tcp_socket::wait_write;
      code = made.code;
      return made.bytes;
    }
    const bool one = from[1].size() == 0 && from[2].size() == 0;
    const std::size_t sent = one ? socket_.write_some(from[0], code) : socket_.write_some(from, code);
    if (code == boost::asio::error::would_block || code == boost::asio::error::try_again) code.clear();
    return sent;
  }
  /// To be co_awaited, after write_some() has not sent everything: a tuple of an error code. Then it is time to try again.
  [[nodiscard]] auto await_writable() {
    return socket_.async_wait(write_waits_for_, boost::asio::as_tuple(boost::asio::deferred));
  }

  using arrived = tls_session::arrived;
  /// What can be read next, without taking it.
  [[nodiscard]] arrived look() {
    if (tls_) return tls_->look();
    char next = 0;
    boost::system::error_code code;
    socket_.receive(boost::asio::buffer(&next, 1), boost::asio::socket_base::message_peek, code);
    if (!code) return arrived::bytes;
    const bool nothing = code == boost::asio::error::would_block || code == boost::asio::error::try_again;
    return nothing ? arrived::nothing : arrived::end;
  }
  /// Completes with an error code once it is time to look().
  template <class Handler>
  void await_readable(Handler&& tell) {
    if (tls_ && tls_->look() != arrived::nothing) {
      boost::asio::post(socket_.get_executor(),
                        [tell = std::forward<Handler>(tell)]() mutable { tell(boost::system::error_code{}); });
      return;
    }
    socket_.async_wait(tcp_socket::wait_read, std::forward<Handler>(tell));
  }
  [[nodiscard]] bool has_unread_bytes() {
    if (tls_) return tls_->look() == arrived::bytes;
    boost::system::error_code code;
    return socket_.available(code) > 0 && !code;
  }

  /// How much the kernel may keep that is not under way to the client; 0: as much as it likes.
  void limit_unsent(std::size_t bytes) {
    using option = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
    boost::system::error_code ignored;  // it saves memory of the kernel
    socket_.set_option(option(static_cast<int>(bytes)), ignored);
  }

  /// Shuts down sending. Returns whether that succeeded. Over TLS end_sending_over_tls() comes before it.
  bool end_sending() {
    boost::system::error_code code;
    socket_.shutdown(boost::asio::socket_base::shutdown_send, code);
    return !code;
  }
  /// Ends all waits, with an error.
  void cancel() {
    ++cancels_;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }
  /// At once: over TLS the client is told nothing.
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  struct reading {
    boost::asio::mutable_buffer into;
    tls_session::progress operator()(tls_session& tls, std::size_t) const { return tls.read(into); }
  };
  template <class Step, class Handler>
  void run(Step step, Handler handler) {
    boost::asio::async_compose<Handler, signature>(tls_operation<Step>{this, std::move(step)}, handler, socket_);
  }
  struct begin_read {
    stream* on;
    template <class Handler>
    void operator()(Handler&& handler, boost::asio::mutable_buffer into) const {
      if (!on->tls_) return on->socket_.async_read_some(into, std::forward<Handler>(handler));
      on->run(reading{into}, std::forward<Handler>(handler));
    }
  };
  tcp_socket socket_;
  std::unique_ptr<tls_session> tls_;  ///< null: plain
  std::string peer_address_;          ///< "": nobody has asked for it
  std::size_t cancels_ = 0;
  tcp_socket::wait_type write_waits_for_ = tcp_socket::wait_write;  ///< TLS may have to read before it can write
};

}  // namespace weir::net
