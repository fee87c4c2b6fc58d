#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "latencies.hpp"
#include "load/client.hpp"

namespace weir::bench {
namespace {

/// What all connections of a run share; they take turns on one thread.
struct shared {
  std::uint16_t port = 0;
  std::uint64_t first = 0, count = 0;
  ids kind = ids::growing;
  double rate = 0;  ///< a second; 0: as fast as it goes
  clock::time_point start{};
  std::uint64_t taken = 0;
  latencies took{};
};

asio::awaitable<void> create_some(asio::io_context& context, shared& all) {
  client connection(context);
  co_await connection.connect(all.port);
  asio::steady_timer timer(context);
  while (all.taken < all.count) {
    const std::uint64_t index = all.taken++;
    auto since = clock::now();
    if (all.rate > 0) {
      // Due by the clock, not by when the server had time: a stall counts for every command that it made late.
      const std::chrono::duration<double> offset(static_cast<double>(index) / all.rate);
      since = all.start + std::chrono::duration_cast<clock::duration>(offset);
      timer.expires_at(since);
      co_await timer.async_wait(asio::use_awaitable);
    }
    const std::string request = post_command(create_user(all.first + index, all.kind));
    co_await connection.send(request);
    co_await connection.receive_answer();
    all.took.add(clock::now() - since);
  }
}

void create(shared all, int connections) {
  asio::io_context context(1);
  all.start = clock::now();
  for (int i = 0; i < connections; ++i) asio::co_spawn(context, create_some(context, all), failed);
  context.run();
  const double seconds = std::chrono::duration<double>(clock::now() - all.start).count();
  std::cout << "{\"requests\": " << all.took.count() << ", \"seconds\": " << seconds << ", " << all.took.json()
            << "}\n";
}

}  // namespace

void create_all(std::uint16_t port, int connections, std::uint64_t first, std::uint64_t count, ids kind) {
  create({.port = port, .first = first, .count = count, .kind = kind}, connections);
}

void create_at_rate(std::uint16_t port, int connections, std::uint64_t first, double rate, double seconds) {
  create({.port = port, .first = first, .count = static_cast<std::uint64_t>(rate * seconds), .rate = rate},
         connections);
}

}  // namespace weir::bench
