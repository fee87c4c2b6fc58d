#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace weir::bench {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// Something went otherwise than it must for a measurement to count.
class failure : public std::runtime_error {
  using runtime_error::runtime_error;
};

/// Of the n-th user. Growing: u0000042, and each comes after those before it. Scattered: as long as 64 bits in
/// hexadecimal, in no order, none twice.
enum class ids { growing, scattered };
/// The JSON of createUser for the n-th user; his address is his id at example.org.
[[nodiscard]] std::string create_user(std::uint64_t number, ids kind = ids::growing);
[[nodiscard]] std::string post_command(const std::string& json);

/// One connection to a server on loopback.
class client {
 public:
  explicit client(asio::io_context& context) : socket_(context) {}

  asio::awaitable<void> connect(std::uint16_t port);
  asio::awaitable<void> send(std::string_view bytes);

  /// One whole answer; throws failure unless it is a 200.
  asio::awaitable<void> receive_answer();

  /// Begins to read an answer that streams; throws failure unless it is a 200.
  asio::awaitable<void> begin_answer();
  /// The next part of the answer's body; empty at its end. Holds until the next call.
  asio::awaitable<std::string_view> receive_part();

  void close();

 private:
  using parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;
  tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::unique_ptr<parser> parser_;
  std::string part_;
};

/// For co_spawn: what ends a coroutine ends the run of its context too.
void failed(const std::exception_ptr& why);

// What the program can do; each prints its figures as one JSON object.

/// createUser for `count` users from the number `first` on, each connection as fast as it is answered. `count` 0: none.
void create_all(std::uint16_t port, int connections, std::uint64_t first, std::uint64_t count, ids kind);
/// createUser at a fixed rate, whatever the server does: latencies are counted from when a command was due.
void create_at_rate(std::uint16_t port, int connections, std::uint64_t first, double rate, double seconds);
/// createUser as NDJSON over one connection, answers read while the body is still being sent.
void import(std::uint16_t port, std::uint64_t first, std::uint64_t count);
/// One GET whose answer is counted and thrown away.
void read(std::uint16_t port, const std::string& target, const std::string& accept);
/// Subscribers of GET /events by SSE, createUser at a fixed rate, and how long after `recordedAt` each event arrived.
void subscribe(std::uint16_t port, int subscribers, std::uint64_t first, double rate, double seconds);
/// Subscribers of GET /events by SSE, who stay until stdin ends.
void subscribe_idly(std::uint16_t port, int subscribers);

}  // namespace weir::bench
