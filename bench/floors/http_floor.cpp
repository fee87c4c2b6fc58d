// A bare Beast server: a coroutine a connection, the same body for every request. What HTTP costs before Weir does
// anything.
//
//   bench_http_floor BODY     listens on a free port of loopback, prints it, and runs until it is killed

#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

/// A connection that fails has ended: there is nobody to tell.
void ended(const std::exception_ptr&) {}

asio::awaitable<void> converse(tcp::socket socket, const std::string& body) {
  socket.set_option(tcp::no_delay(true));
  boost::beast::flat_buffer buffer;
  while (true) {
    http::request<http::string_body> request;
    const auto [code, bytes] = co_await http::async_read(socket, buffer, request, asio::as_tuple(asio::deferred));
    if (code) co_return;
    http::response<http::string_body> response{http::status::ok, request.version()};
    response.set(http::field::content_type, "application/json");
    response.keep_alive(request.keep_alive());
    response.body() = body;
    response.prepare_payload();
    const auto [write_code, written] = co_await http::async_write(socket, response, asio::as_tuple(asio::deferred));
    if (write_code || !response.keep_alive()) co_return;
  }
}

asio::awaitable<void> accept(tcp::acceptor& listener, std::vector<std::unique_ptr<asio::io_context>>& contexts,
                             const std::string& body) {
  for (std::size_t next = 0;; ++next) {
    asio::io_context& home = *contexts[next % contexts.size()];
    tcp::socket socket(home);
    const auto [code] = co_await listener.async_accept(socket, asio::as_tuple(asio::deferred));
    if (code) continue;
    asio::co_spawn(home, converse(std::move(socket), body), ended);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: bench_http_floor BODY\n";
    return 2;
  }
  const std::string body = arguments[1];
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
    contexts.push_back(std::make_unique<asio::io_context>(1));
  }
  tcp::acceptor listener(*contexts.front(), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  std::cout << listener.local_endpoint().port() << std::endl;
  asio::co_spawn(*contexts.front(), accept(listener, contexts, body), ended);

  std::vector<std::jthread> threads;
  for (const auto& context : contexts) {
    threads.emplace_back([&context] {
      const auto work = asio::make_work_guard(*context);
      context->run();
    });
  }
}
