// How a server ends.
#include "http/transport_fixture.hpp"

namespace weir::http::test {
namespace {

using namespace std::chrono_literals;

class stopping : public transport {};

TEST_F(stopping, answers_the_request_in_progress_and_closes) {
  client one = connect();
  one.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n");
  client idle = connect();
  wait_until_held();
  auto stopped = std::async(std::launch::async, [&] { stop(); });
  EXPECT_TRUE(idle.is_closed());  // so the stop has begun
  release();
  const answer got = one.read();
  EXPECT_EQ(got.body, "held, stopping");
  EXPECT_EQ(got.field("connection"), "close");
  one.finish_sending();
  EXPECT_TRUE(one.is_closed());
  stopped.get();
}

TEST_F(stopping, closes_idle_connections_at_once) {
  client fresh = connect();
  client used = connect();
  EXPECT_EQ(used.get("/hello").status, 200);
  const auto begun = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_TRUE(fresh.is_closed());
  EXPECT_TRUE(used.is_closed());
}

TEST_F(stopping, takes_no_further_connection) {
  const std::uint16_t where = port();
  stop();
  EXPECT_THROW(client{where}, std::system_error);
}

TEST_F(stopping, ends_handlers_that_wait_and_want_to_know) {
  client one = connect();
  one.send("GET /hold?interruptible=1 HTTP/1.1\r\nHost: t\r\n\r\n");
  wait_until_held();
  stop();
  EXPECT_EQ(one.read().body, "held, stopping");
}

TEST_F(stopping, cuts_what_is_left_at_the_deadline) {
  options_.drain_deadline = 50ms;
  client half = connect();
  half.send("GET /hello HTTP/1.1\r\n");
  client one = connect();
  one.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\n");
  client held = connect();
  held.send("GET /hold HTTP/1.1\r\nHost: t\r\n\r\n");
  wait_until_held();
  stop();
  release();
  EXPECT_EQ(held.read_to_end().value_or(""), "");
  EXPECT_EQ(half.read_to_end().value_or(""), "");
}

TEST_F(stopping, is_done_with_nobody_there) {
  port();
  stop();
  stop();
}

}  // namespace
}  // namespace weir::http::test
