#include <array>
#include <cstdio>
#include <iostream>

#include <boost/asio/co_spawn.hpp>

#include "latencies.hpp"
#include "load/client.hpp"

namespace weir::bench {
namespace {

constexpr std::size_t chunk_bytes = 64u << 10;

asio::awaitable<void> send_lines(client& connection, std::uint64_t first, std::uint64_t count) {
  std::string lines;
  for (std::uint64_t i = 0; i < count; ++i) {
    lines += create_user(first + i) + "\n";
    if (lines.size() < chunk_bytes && i + 1 < count) continue;
    std::array<char, 24> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", lines.size());
    co_await connection.send(size.data() + lines + "\r\n");
    lines.clear();
  }
  co_await connection.send("0\r\n\r\n");
}

asio::awaitable<void> receive_results(client& connection, std::uint64_t expected) {
  co_await connection.begin_answer();
  std::uint64_t results = 0;
  std::string line;
  while (true) {
    const auto part = co_await connection.receive_part();
    if (part.empty()) break;
    for (const char c : part) {
      if (c != '\n') {
        line += c;
        continue;
      }
      if (!line.starts_with(R"({"stream":)")) throw failure("a line was answered " + line);
      ++results;
      line.clear();
    }
  }
  if (results != expected) {
    throw failure(std::to_string(expected) + " commands had " + std::to_string(results) + " results");
  }
}

}  // namespace

void import(std::uint16_t port, std::uint64_t first, std::uint64_t count) {
  asio::io_context context(1);
  client connection(context);
  asio::co_spawn(context, connection.connect(port), failed);
  context.run();
  context.restart();

  const auto start = clock::now();
  asio::co_spawn(context,
                 connection.send("POST /commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                                 "Transfer-Encoding: chunked\r\n\r\n"),
                 failed);
  context.run();
  context.restart();
  asio::co_spawn(context, receive_results(connection, count), failed);
  asio::co_spawn(context, send_lines(connection, first, count), failed);
  context.run();
  const double seconds = std::chrono::duration<double>(clock::now() - start).count();
  std::cout << "{\"events\": " << count << ", \"seconds\": " << seconds << "}\n";
}

}  // namespace weir::bench
