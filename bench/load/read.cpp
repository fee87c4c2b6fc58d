#include <algorithm>
#include <iostream>

#include <boost/asio/co_spawn.hpp>

#include "latencies.hpp"
#include "load/client.hpp"

namespace weir::bench {
namespace {

struct counts {
  std::uint64_t bytes = 0, lines = 0;
  std::string end;  ///< the last bytes of the body
};

asio::awaitable<void> read_all(asio::io_context& context, std::uint16_t port, const std::string& request,
                               counts& read) {
  constexpr std::size_t end_bytes = 4096;
  client connection(context);
  co_await connection.connect(port);
  co_await connection.send(request);
  co_await connection.begin_answer();
  while (true) {
    const auto part = co_await connection.receive_part();
    if (part.empty()) co_return;
    read.bytes += part.size();
    read.lines += static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n'));
    read.end.append(part.substr(part.size() - std::min(part.size(), end_bytes)));
    if (read.end.size() > end_bytes) read.end.erase(0, read.end.size() - end_bytes);
  }
}

}  // namespace

void read(std::uint16_t port, const std::string& target, const std::string& accept) {
  const std::string request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n\r\n";
  asio::io_context context(1);
  counts all;
  const auto start = clock::now();
  asio::co_spawn(context, read_all(context, port, request, all), failed);
  context.run();
  const double seconds = std::chrono::duration<double>(clock::now() - start).count();

  // The last line must be an event, not a problem: a stream that was cut short ends with one.
  std::string_view last(all.end);
  if (last.ends_with('\n')) last.remove_suffix(1);
  if (const auto line = last.rfind('\n'); line != last.npos) last.remove_prefix(line + 1);
  if (!last.starts_with(R"({"position":)")) throw failure("the answer ends with " + std::string(last));
  std::cout << "{\"events\": " << all.lines << ", \"bytes\": " << all.bytes << ", \"seconds\": " << seconds << "}\n";
}

}  // namespace weir::bench
