#include "net/turns.hpp"

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "net/tcp_socket.hpp"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using enum turn_queue::rank;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""h;

/// One thread, with long work on it.
class turns : public testing::Test {
 protected:
  static constexpr int long_works = 1000;

  /// A piece of work for each turn, until there were so many of them all together.
  task<> work(int pieces_max) {
    auto rank = first;
    while (pieces_ < pieces_max) {
      const turn mine = co_await queue().next(std::exchange(rank, further));
      EXPECT_TRUE(length_ == 0us || !mine.is_over());
      ++pieces_;
    }
  }
  task<> work_once(turn_queue::rank of, std::string& into, char name) {
    co_await queue().next(of);
    into += name;
  }
  void spawn(task<> what) {
    asio::co_spawn(context_, std::move(what), [](const std::exception_ptr& end) { EXPECT_FALSE(end); });
  }
  void spawn_long_works(int pieces_max) {
    for (int i = 0; i < long_works; ++i) spawn(work(pieces_max));
  }
  turn_queue& queue() {
    if (!queue_) queue_.emplace(context_.get_executor(), length_);
    return *queue_;
  }

  std::chrono::microseconds length_ = 0us;  ///< so that a round has one turn
  asio::io_context context_{1};
  std::optional<turn_queue> queue_;
  int pieces_ = 0;
};

TEST_F(turns, let_short_work_run_after_one_of_them_however_many_wait) {
  spawn_long_works(10'000);
  for (int i = 0; i < 5000 && pieces_ < 5000; ++i) context_.run_one();
  const int before = pieces_;
  EXPECT_GT(before, 0);
  std::optional<int> at;
  asio::post(context_, [&] { at = pieces_; });
  while (!at) context_.run_one();
  EXPECT_LE(*at - before, 2);
}

TEST_F(turns, let_a_socket_be_seen_after_few_of_them_however_many_wait) {
  asio::basic_socket_acceptor<asio::ip::tcp, executor> acceptor(
      context_, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  tcp_socket client(context_), accepted(context_);
  std::optional<int> at;
  acceptor.async_accept(accepted, [&](const boost::system::error_code& code) {
    EXPECT_FALSE(code);
    at = pieces_;
  });
  spawn_long_works(1'000'000);
  while (pieces_ < 100) context_.run_one();
  const int before = pieces_;
  client.connect(acceptor.local_endpoint());
  while (!at) context_.run_one();
  EXPECT_LE(*at - before, 4);
}

TEST_F(turns, are_given_for_one_length_between_two_looks_for_short_work) {
  length_ = std::chrono::duration_cast<std::chrono::microseconds>(1h);
  spawn_long_works(5000);
  context_.run();
  EXPECT_GE(pieces_, 5000);
}

TEST_F(turns, are_given_to_all_in_the_order_in_which_they_wait) {
  std::string order;
  spawn(work(1));  // takes the round's only one
  for (const char name : {'a', 'b', 'c'}) spawn(work_once(further, order, name));
  context_.run();
  EXPECT_EQ(order, "abc");
}

TEST_F(turns, alternate_between_those_who_had_none_yet_and_the_others) {
  std::string order;
  spawn(work(1));
  for (const char name : {'a', 'b', 'c', 'd'}) spawn(work_once(further, order, name));
  for (const char name : {'1', '2'}) spawn(work_once(first, order, name));
  context_.run();
  EXPECT_EQ(order, "1a2bcd");
}

TEST_F(turns, are_not_waited_for_after_the_end_of_the_queue) {
  spawn_long_works(1'000'000);
  while (pieces_ < 10) context_.run_one();
  queue_.reset();  // and no sanitizer finds a coroutine that was left
}

}  // namespace
}  // namespace weir::net
