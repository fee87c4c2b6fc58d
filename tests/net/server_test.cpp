// A server of a protocol that sends back what it gets.
#include "net/server.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "http/client.hpp"
#include "net/connection.hpp"

namespace weir::net {
namespace {

using http::test::client;

/// What all threads count together.
struct counted : observer {
  std::atomic<std::size_t> opened{0}, closed{0}, refused{0}, bytes_in{0}, bytes_out{0};
  void connection_opened() override { ++opened; }
  void connection_closed() override { ++closed; }
  void connection_refused() override { ++refused; }
  void received(std::size_t bytes) override { bytes_in += bytes; }
  void sent(std::size_t bytes) override { bytes_out += bytes; }
};

class echo : public protocol {
 public:
  explicit echo(counted& counts) : counts_(counts) {}

  task<> serve(std::unique_ptr<connection> over) override {
    try {
      while (!over->stopping()) {
        over->set_idle(true);
        const auto room = over->room(1u << 20);
        if (!room) co_return;
        over->begin_wait(steady_clock::now() + std::chrono::seconds(10));
        const auto [code, bytes] = co_await over->receive(*room);
        over->end_wait(code ? 0 : bytes);
        over->set_idle(false);
        if (code) co_return;
        over->received(bytes);
        co_await over->send({over->input()}, steady_clock::now() + std::chrono::seconds(10));
        over->consume(over->input().size());
      }
    } catch (const connection_lost&) {
    }
  }

  task<> refuse(std::unique_ptr<connection> over) override {
    counts_.connection_refused();
    co_await over->send({"full"}, steady_clock::now() + std::chrono::seconds(10));
    co_await over->linger(std::chrono::seconds(10));
  }

  observer& counts() override { return counts_; }

 private:
  counted& counts_;
};

class a_server : public testing::Test {
 protected:
  ~a_server() override {
    if (server_) server_->stop();
  }
  client connect() {
    if (!server_) {
      server_ = std::make_unique<server>(options_, [this] { return std::make_unique<echo>(counts_); });
      port_ = server_->listen({"127.0.0.1", 0, true}).value().port;
      server_->start();
    }
    return client(port_);
  }
  void stop() { server_->stop(); }
  std::string echoed(const std::string& text) {
    client one = connect();
    one.send(text).finish_sending();
    return one.read_to_end().value_or("cut");
  }

  server_options options_;
  counted counts_;
  std::unique_ptr<server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(a_server, speaks_its_protocol_on_each_of_its_threads) {
  options_.threads = 3;
  for (int i = 0; i < 6; ++i) EXPECT_EQ(echoed("hello"), "hello");
  stop();
  EXPECT_EQ(counts_.opened, 6u);
  EXPECT_EQ(counts_.closed, 6u);
  EXPECT_EQ(counts_.refused, 0u);
  EXPECT_EQ(counts_.bytes_in, 30u);
  EXPECT_EQ(counts_.bytes_out, 30u);
}

TEST_F(a_server, refuses_in_its_words_above_the_limit_and_without_above_that) {
  options_.connections_max = 1;
  options_.refusals_max = 1;
  client served = connect();
  client told = connect();
  client not_told = connect();
  EXPECT_TRUE(not_told.is_closed());
  told.finish_sending();
  EXPECT_EQ(told.read_to_end(), "full");
  served.send("hello").finish_sending();
  EXPECT_EQ(served.read_to_end(), "hello");
  stop();
  EXPECT_EQ(counts_.opened, 2u);
  EXPECT_EQ(counts_.closed, 2u);
  EXPECT_EQ(counts_.refused, 2u);
}

TEST_F(a_server, closes_idle_connections_at_once_when_it_stops) {
  client idle = connect();
  client other = connect();
  EXPECT_EQ(echoed("seen"), "seen");  // those before it are there
  stop();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(other.is_closed());
  EXPECT_EQ(counts_.closed, counts_.opened);
}

TEST_F(a_server, listens_on_an_ip_address_that_nobody_has) {
  connect();
  server second({}, [this] { return std::make_unique<echo>(counts_); });
  EXPECT_EQ(second.listen({"127.0.0.1", port_, true}).error().code, errc::in_use);
  EXPECT_EQ(second.listen({"somewhere", 0, true}).error().code, errc::invalid);
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
}  // namespace weir::net
