#pragma once

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "net/task.hpp"

namespace weir::net {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

/// The byte stream of a connection. Only this class uses the socket, so another kind of stream (TLS) would replace only
/// it.
class stream {
 public:
  explicit stream(tcp_socket over) : socket_(std::move(over)) {
    boost::system::error_code ignored;  // both are for speed
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
  }

  /// To be co_awaited: a tuple of an error code and the number of bytes.
  [[nodiscard]] auto read_some(boost::asio::mutable_buffer into) {
    return socket_.async_read_some(into, boost::asio::as_tuple(boost::asio::deferred));
  }
  /// Sends as much as possible without waiting, possibly nothing, which is not an error. Returns the number of bytes.
  template <class Buffers>
  [[nodiscard]] std::size_t write_some(const Buffers& from, boost::system::error_code& code) {
    const std::size_t sent = socket_.write_some(from, code);
    if (code == boost::asio::error::would_block || code == boost::asio::error::try_again) code.clear();
    return sent;
  }
  /// To be co_awaited: a tuple of an error code and the number of bytes. Without an error, all were sent.
  template <class Buffers>
  [[nodiscard]] auto write_all(const Buffers& from) {
    return boost::asio::async_write(socket_, from, boost::asio::as_tuple(boost::asio::deferred));
  }

  /// Completes with an error code once bytes or the end of the stream can be read.
  template <class Handler>
  void await_readable(Handler&& tell) {
    socket_.async_wait(tcp_socket::wait_read, std::forward<Handler>(tell));
  }
  [[nodiscard]] bool has_unread_bytes() {
    boost::system::error_code code;
    return socket_.available(code) > 0 && !code;
  }
  /// Whether the end of the stream is next.
  [[nodiscard]] bool is_at_end() {
    char next = 0;
    boost::system::error_code code;
    socket_.receive(boost::asio::buffer(&next, 1), boost::asio::socket_base::message_peek, code);
    return code && code != boost::asio::error::would_block && code != boost::asio::error::try_again;
  }

  /// Shuts down sending. Returns whether that succeeded.
  bool end_sending() {
    boost::system::error_code code;
    socket_.shutdown(boost::asio::socket_base::shutdown_send, code);
    return !code;
  }
  /// Ends all waits, with an error.
  void cancel() {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  tcp_socket socket_;
};

}  // namespace weir::net
