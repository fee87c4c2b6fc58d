#include <array>
#include <charconv>
#include <iostream>
#include <unordered_map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include "base/time.hpp"
#include "latencies.hpp"
#include "load/client.hpp"

namespace weir::bench {
namespace {

constexpr std::string_view subscription =
    "GET /events?after=head HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

/// What all subscribers of a run share; they take turns on one thread.
struct audience {
  explicit audience(asio::io_context& context) : all_there(context, clock::time_point::max()) {}
  int missing = 0;               ///< subscribers who are not there yet
  std::uint64_t expected = 0;    ///< events that each will get
  asio::steady_timer all_there;  ///< cancelled when it is so
  std::unordered_map<std::uint64_t, std::chrono::system_clock::time_point> recorded;  ///< by position
  latencies took;
  clock::time_point start{};  ///< of the first command
  double used_before = 0;     ///< processor time
};

/// `id: 42` and, in the data, `"recordedAt":"..."` of one event; the first subscriber to have it looks at the latter.
void hear(audience& all, std::string_view event, std::chrono::system_clock::time_point now, std::uint64_t& last) {
  const auto id = event.find("id: ");
  // A heartbeat is a comment with an id, `caught-up` has data of its own.
  if (id == event.npos || event.find("\ndata: ") == event.npos || event.find("event: caught-up\n") != event.npos)
    return;
  std::uint64_t position = 0;
  std::from_chars(event.data() + id + 4, event.data() + event.size(), position);
  if (last != 0 && position != last + 1) {
    throw failure("after position " + std::to_string(last) + " a subscriber was sent " + std::to_string(position));
  }
  last = position;
  auto found = all.recorded.find(position);
  if (found == all.recorded.end()) {
    constexpr std::string_view name = R"("recordedAt":")";
    const auto at = event.find(name);
    if (at == event.npos) throw failure("an event without recordedAt: " + std::string(event));
    const auto text = event.substr(at + name.size());
    const auto time = from_rfc3339(text.substr(0, text.find('"')));
    if (!time) throw failure("recordedAt is no time: " + std::string(event));
    found = all.recorded.emplace(position, std::chrono::system_clock::time_point(time.value())).first;
  }
  all.took.add(now - found->second);
}

asio::awaitable<void> listen(asio::io_context& context, std::uint16_t port, audience& all) {
  client connection(context);
  co_await connection.connect(port);
  co_await connection.send(subscription);
  co_await connection.begin_answer();
  std::string text;
  // One is there once the server has said that history has ended: from then on nothing is missed.
  while (text.find("event: caught-up\n") == text.npos) {
    const auto part = co_await connection.receive_part();
    if (part.empty()) throw failure("a subscription ended");
    text += part;
  }
  if (--all.missing == 0) all.all_there.cancel();
  std::uint64_t heard = 0, last = 0;
  while (all.expected == 0 || heard < all.expected) {
    const auto part = co_await connection.receive_part();
    if (part.empty()) throw failure("a subscription ended");
    const auto now = std::chrono::system_clock::now();
    text += part;
    std::size_t begin = 0;
    for (auto end = text.find("\n\n"); end != text.npos; end = text.find("\n\n", begin)) {
      const std::uint64_t before = last;
      hear(all, std::string_view(text).substr(begin, end - begin), now, last);
      if (last != before) ++heard;
      begin = end + 2;
    }
    text.erase(0, begin);
  }
}

asio::awaitable<void> create(asio::io_context& context, std::uint16_t port, std::uint64_t first, double rate,
                             audience& all) {
  if (all.missing > 0) co_await all.all_there.async_wait(asio::as_tuple(asio::use_awaitable));
  client connection(context);
  co_await connection.connect(port);
  asio::steady_timer timer(context);
  const auto start = all.start = clock::now();
  all.used_before = processor_seconds();
  for (std::uint64_t i = 0; i < all.expected; ++i) {
    const std::chrono::duration<double> offset(static_cast<double>(i) / rate);
    timer.expires_at(start + std::chrono::duration_cast<clock::duration>(offset));
    co_await timer.async_wait(asio::use_awaitable);
    const std::string request = post_command(create_user(first + i));
    co_await connection.send(request);
    co_await connection.receive_answer();
  }
}

asio::awaitable<void> stay_until_stdin_ends(asio::io_context& context, int subscribers, audience& all) {
  if (all.missing > 0) co_await all.all_there.async_wait(asio::as_tuple(asio::use_awaitable));
  std::cout << "{\"subscribers\": " << subscribers << "}" << std::endl;
  asio::posix::stream_descriptor input(context, ::dup(STDIN_FILENO));
  std::array<char, 16> ignored{};
  while (true) {
    const auto [code, bytes] =
        co_await input.async_read_some(asio::buffer(ignored), asio::as_tuple(asio::use_awaitable));
    if (code) break;
  }
  context.stop();
}

void begin(asio::io_context& context, std::uint16_t port, int subscribers, audience& all) {
  all.missing = subscribers;
  for (int i = 0; i < subscribers; ++i) asio::co_spawn(context, listen(context, port, all), failed);
}

}  // namespace

void subscribe(std::uint16_t port, int subscribers, std::uint64_t first, double rate, double seconds) {
  asio::io_context context(1);
  audience all(context);
  all.expected = static_cast<std::uint64_t>(rate * seconds);
  begin(context, port, subscribers, all);
  asio::co_spawn(context, create(context, port, first, rate, all), failed);
  context.run();
  const double busy =
      (processor_seconds() - all.used_before) / std::chrono::duration<double>(clock::now() - all.start).count();
  std::cout << "{\"subscribers\": " << subscribers << ", \"client_busy\": " << busy << ", \"events\": " << all.expected
            << ", \"received\": " << all.took.count() << ", " << all.took.json() << "}\n";
}

void subscribe_idly(std::uint16_t port, int subscribers) {
  asio::io_context context(1);
  audience all(context);
  begin(context, port, subscribers, all);
  asio::co_spawn(context, stay_until_stdin_ends(context, subscribers, all), failed);
  context.run();
}

}  // namespace weir::bench
