#include "load/client.hpp"

#include <array>
#include <cstdio>

#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

namespace weir::bench {
namespace {

namespace http = boost::beast::http;
/// As in bench/driver/series.py. Many names, so that nothing is gained by all rows being alike.
constexpr std::array<const char*, 16> given_names{"Ada",    "Alan",     "Barbara", "Claude", "Donald", "Dorothy",
                                                  "Edsger", "Frances",  "Grace",   "Hedy",   "John",   "Katherine",
                                                  "Leslie", "Margaret", "Niklaus", "Tony"};
constexpr std::array<const char*, 16> family_names{"Allen",   "Backus", "Dijkstra", "Hamilton", "Hoare",  "Hopper",
                                                   "Johnson", "Knuth",  "Lamarr",   "Lamport",  "Liskov", "Lovelace",
                                                   "Shannon", "Turing", "Vaughan",  "Wirth"};
constexpr std::size_t part_bytes = 16u << 10;

std::string user_id(std::uint64_t number, ids kind) {
  // Multiples of the golden ratio, modulo 2^64: odd, so that none comes twice, and each far from those before it.
  constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15;
  std::array<char, 32> id{};
  if (kind == ids::growing) {
    std::snprintf(id.data(), id.size(), "u%07llu", static_cast<unsigned long long>(number));
  } else {
    std::snprintf(id.data(), id.size(), "%016llx", static_cast<unsigned long long>(number * golden_ratio));
  }
  return id.data();
}

}  // namespace

std::string create_user(std::uint64_t number, ids kind) {
  const std::string id = user_id(number, kind);
  std::array<char, 160> json{};
  const std::uint64_t name = number * 2654435761u >> 8 & 255;
  std::snprintf(json.data(), json.size(), R"({"createUser":{"userId":"%s","name":"%s %s","email":"%s@example.org"}})",
                id.c_str(), given_names[name / 16], family_names[name % 16], id.c_str());
  return json.data();
}

std::string post_command(const std::string& json) {
  return "POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(json.size()) + "\r\n\r\n" + json;
}

asio::awaitable<void> client::connect(std::uint16_t port) {
  co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
  socket_.set_option(tcp::no_delay(true));
}

asio::awaitable<void> client::send(std::string_view bytes) {
  co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
}

asio::awaitable<void> client::receive_answer() {
  co_await begin_answer();
  while (true) {
    const auto part = co_await receive_part();
    if (part.empty()) co_return;
  }
}

asio::awaitable<void> client::begin_answer() {
  parser_ = std::make_unique<parser>();
  parser_->body_limit(boost::none);
  co_await http::async_read_header(socket_, buffer_, *parser_, asio::use_awaitable);
  if (const unsigned status = parser_->get().result_int(); status != 200) {
    part_.resize(part_bytes);
    const auto part = co_await receive_part();
    throw failure("answered " + std::to_string(status) + ": " + std::string(part));
  }
}

asio::awaitable<std::string_view> client::receive_part() {
  part_.resize(part_bytes);
  while (!parser_->is_done()) {
    auto& body = parser_->get().body();
    body.data = part_.data();
    body.size = part_.size();
    const auto [code, bytes] =
        co_await http::async_read_some(socket_, buffer_, *parser_, asio::as_tuple(asio::use_awaitable));
    if (code && code != http::error::need_buffer) throw failure("an answer was cut short: " + code.message());
    const std::size_t received = part_.size() - body.size;
    if (received > 0) co_return std::string_view(part_.data(), received);
  }
  co_return std::string_view{};
}

void client::close() {
  boost::system::error_code ignored;  // it has done what it was for
  socket_.close(ignored);
}

void failed(const std::exception_ptr& why) {
  if (why) std::rethrow_exception(why);
}

}  // namespace weir::bench
