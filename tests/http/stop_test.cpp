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

TEST_F(stopping, refuses_an_address_that_is_in_use) {
  router routes;
  server second({}, routes, std::make_shared<traffic>());
  const auto got = second.listen({"127.0.0.1", port(), true});
  ASSERT_TRUE(got.has_error());
  EXPECT_EQ(got.error().code, errc::in_use);
}

TEST(addresses, are_read_and_told_to_be_loopback_or_not) {
  EXPECT_EQ(read_address("127.0.0.1:8080").value().text(), "127.0.0.1:8080");
  EXPECT_EQ(read_address("[::1]:0").value().text(), "[::1]:0");
  EXPECT_EQ(read_address("localhost:1").value().text(), "127.0.0.1:1");
  EXPECT_TRUE(read_address("[::1]:0").value().loopback);
  EXPECT_FALSE(read_address("0.0.0.0:80").value().loopback);
  for (const char* bad :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "example.org:80"}) {
    EXPECT_TRUE(read_address(bad).has_error()) << bad;
  }
}

}  // namespace
}  // namespace weir::http::test
