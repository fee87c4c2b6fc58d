// What a server bears, and what it says beyond that.
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/transport_fixture.hpp"

namespace weir::http::test {
namespace {

using namespace std::chrono_literals;

/// While it lives, this process can open one more file and no other.
class one_file_left {
 public:
  one_file_left() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int file = ::open("/dev/null", O_RDONLY); file >= 0; file = ::open("/dev/null", O_RDONLY)) {
      files_.push_back(file);
    }
    ::close(files_.back());
    files_.pop_back();
  }
  ~one_file_left() {
    for (const int file : files_) ::close(file);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  one_file_left(const one_file_left&) = delete;
  one_file_left& operator=(const one_file_left&) = delete;

 private:
  rlimit before_{};
  std::vector<int> files_;
};

class http_limits : public transport {};

std::string request_with_body(std::string_view path, std::size_t bytes) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

TEST_F(http_limits, refuses_a_body_that_is_announced_too_large) {
  options_.body_bytes_max = 1000;
  expect_refused(request_with_body("/echo", 100'000), 413, "content-too-large");
  EXPECT_EQ(ask(request_with_body("/echo", 1000) + std::string(1000, 'x')).status, 200);
}

TEST_F(http_limits, says_which_limit_a_body_broke) {
  options_.body_bytes_max = 1000;
  const answer got = ask(request_with_body("/echo", 1001));
  EXPECT_EQ(nlohmann::json::parse(got.body)["limitBytes"], 1000);
}

TEST_F(http_limits, refuses_a_chunked_body_once_it_is_too_large) {
  options_.body_bytes_max = 1000;
  std::string chunks;
  for (int i = 0; i < 1000; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  expect_problem(ask("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks), 413,
                 "content-too-large");
}

TEST_F(http_limits, refuses_a_chunk_that_is_announced_too_large_before_it_comes) {
  options_.body_bytes_max = 1000;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect_refused(head + "100000000\r\n", 413, "content-too-large");
  expect_refused(head + "3e9\r\n", 413, "content-too-large");
  const std::string whole = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  expect_refused(head + whole + "1\r\n", 413, "content-too-large");
  EXPECT_EQ(ask(head + whole + "0\r\n\r\n").status, 200);
  EXPECT_EQ(nlohmann::json::parse(ask(head + "100000000\r\n").body)["limitBytes"], 1000);
}

TEST_F(http_limits, lets_a_client_read_the_refusal_while_it_still_sends) {
  client one = connect();
  one.send(request_with_body("/echo", 5'000'000) + std::string(5'000'000, 'x'));
  expect_problem(one.read(), 413, "content-too-large");
}

/// What other requests and answers have of the memory for bodies.
class http_memory : public http_limits {
 protected:
  http_memory() { options_.bodies = budget_; }

  /// The body of a request whose last byte does not come yet.
  static std::string unfinished(std::size_t bytes) {
    return request_with_body("/echo", bytes) + std::string(bytes - 1, 'x');
  }

  std::shared_ptr<memory_budget> budget_ = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others_{*budget_};
};

TEST_F(http_memory, is_for_all_bodies_together) {
  client one = connect(), two = connect();
  one.send(unfinished(700'000));
  while (budget_->held() < 700'000) std::this_thread::yield();
  two.send(unfinished(700'000));
  const answer got = two.read();
  expect_problem(got, 503, "overloaded");
  EXPECT_EQ(got.field("retry-after"), "1");
  EXPECT_EQ(got.field("connection"), "close");
  one.send("x");
  EXPECT_EQ(one.read().body.size(), 700'000u);
  while (budget_->held() > 0) std::this_thread::yield();
  EXPECT_EQ(ask(unfinished(700'000) + "x").status, 200);
}

TEST_F(http_memory, is_not_asked_for_by_what_is_short) {
  others_.hold(1u << 20);
  client one = connect();
  EXPECT_EQ(one.get("/hello").status, 200);
  const std::string body(memory_budget::uncounted_bytes, 'x');
  one.send(request_with_body("/echo", body.size()));
  EXPECT_EQ(one.send(body).read().body, body);
  one.send(request_with_body("/echo", body.size() + 1));
  expect_problem(one.send(body + "x").read(), 503, "overloaded");
}

TEST_F(http_memory, is_given_back_with_a_refusal) {
  others_.hold(900'000);
  const std::size_t others = budget_->held();
  client one = connect();
  one.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  for (int i = 0; i < 10; ++i) one.send(chunk);
  expect_problem(one.read(), 503, "overloaded");  // and the client goes on
  EXPECT_EQ(budget_->held(), others);
}

TEST_F(http_memory, is_not_for_what_is_only_announced) {
  client one = connect();
  one.send(request_with_body("/echo", 1u << 20) + std::string(20'000, 'x'));
  while (budget_->held() == 0) std::this_thread::yield();
  EXPECT_EQ(ask(unfinished(700'000) + "x").status, 200);
}

TEST_F(http_memory, is_taken_by_chunks_as_they_come) {
  others_.hold((1u << 20) - 300'000);
  client one = connect();
  one.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  for (int i = 0; i < 40; ++i) one.send(chunk);
  expect_problem(one.read(), 503, "overloaded");
}

TEST_F(http_memory, that_is_short_keeps_a_long_answer_from_being_given) {
  options_.bodies = std::make_shared<memory_budget>(9u << 20);
  memory_budget::share others(*options_.bodies);
  client one = connect();
  EXPECT_EQ(one.get("/big").body.size(), 8u << 20);
  others.hold(2u << 20);
  const answer got = one.get("/big");
  expect_problem(got, 503, "overloaded");
  EXPECT_EQ(got.field("retry-after"), "1");
  others.hold(0);
  EXPECT_EQ(one.get("/big").body.size(), 8u << 20);
}

TEST_F(http_memory, that_is_short_keeps_nobody_from_knowing_what_was_done) {
  client one = connect();
  one.send(unfinished(600'000));
  while (budget_->held() < 600'000) std::this_thread::yield();
  others_.hold((1u << 20) - 600'000);
  one.send("x");
  EXPECT_EQ(one.read().body.size(), 600'000u);
}

TEST_F(http_limits, refuses_a_long_target) {
  options_.target_bytes_max = 100;
  expect_refused("GET /" + std::string(100, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n", 414, "uri-too-long");
  expect_refused("GET /" + std::string(10'000, 'x'), 414, "uri-too-long");
  EXPECT_EQ(ask("GET /things/" + std::string(92, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n").status, 200);
}

TEST_F(http_limits, refuses_large_headers) {
  expect_refused("GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n", 431,
                 "headers-too-large");
  std::string many = "GET /hello HTTP/1.1\r\nHost: t\r\n";
  while (many.size() < 20'000) many += "X-Header: value\r\n";
  expect_refused(many, 431, "headers-too-large");
  EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(15'000, 'x') + "\r\n\r\n").status, 200);
}

TEST_F(http_limits, ends_a_head_that_trickles_in) {
  options_.request_deadline = 100ms;
  expect_refused("GET /hello HTTP/1.1\r\nHost: t\r\nX: a", 408, "timeout");
}

TEST_F(http_limits, ends_a_body_that_does_not_come) {
  options_.request_deadline = 100ms;
  expect_refused(request_with_body("/echo", 100) + "only this", 408, "timeout");
  expect_refused("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 408, "timeout");
}

TEST_F(http_limits, gives_each_request_its_own_deadline) {
  options_.request_deadline = 200ms;
  client one = connect();
  const auto until = std::chrono::steady_clock::now() + 600ms;
  while (std::chrono::steady_clock::now() < until) {
    one.send(request_with_body("/echo", 4) + "a");
    one.send("bcd");
    ASSERT_EQ(one.read().body, "abcd");
  }
}

TEST_F(http_limits, closes_a_connection_that_is_idle_without_a_word) {
  options_.idle_deadline = 100ms;
  client never = connect();
  client once = connect();
  EXPECT_EQ(once.get("/hello").status, 200);
  EXPECT_TRUE(never.is_closed());
  EXPECT_TRUE(once.is_closed());
}

TEST_F(http_limits, gives_up_a_client_that_does_not_take_its_answer) {
  options_.write_deadline = 100ms;
  client one = connect();
  one.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\n");
  // The server has let go once a stop has nothing to wait for.
  options_.drain_deadline = 10s;
  const auto begun = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(http_limits, answers_503_above_the_limit_of_connections) {
  options_.connections_max = 3;
  std::vector<client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(connect());
    ASSERT_EQ(clients.back().get("/hello").status, 200);
  }
  client refused = connect();
  const answer got = refused.get("/hello");
  expect_problem(got, 503, "overloaded");
  EXPECT_EQ(got.field("retry-after"), "1");
  EXPECT_EQ(clients[1].get("/hello").status, 200);
}

TEST_F(http_limits, answers_what_is_vital_above_the_limit_of_connections) {
  options_.connections_max = 1;
  client served = connect();
  ASSERT_EQ(served.get("/hello").status, 200);
  client above = connect();
  const answer got = above.get("/vital");
  EXPECT_EQ(got.body, "vital");
  EXPECT_EQ(got.field("connection"), "close");
  EXPECT_EQ(metric("weir_http_connections_refused_total"), 0);
  expect_problem(connect().get("/nothing"), 503, "overloaded");
  EXPECT_EQ(metric("weir_http_connections_refused_total"), 1);
}

TEST_F(http_limits, refuses_above_the_limit_who_sends_no_request) {
  options_.connections_max = 1;
  options_.refusal_deadline = 50ms;
  client served = connect();
  ASSERT_EQ(served.get("/hello").status, 200);
  client silent = connect(), slow = connect();
  slow.send("GET /vital HTTP/1.1\r\n");
  expect_problem(silent.read(), 503, "overloaded");
  expect_problem(slow.read(), 503, "overloaded");
  EXPECT_EQ(metric("weir_http_connections_refused_total"), 2);
}

TEST_F(http_limits, outlives_a_shortage_of_files) {
  ASSERT_EQ(connect().get("/hello").status, 200);
  std::optional<client> one;
  {
    const one_file_left shortage;
    one.emplace(connect());  // takes the last one: there is none for the server's side
    one->send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    while (metric("weir_http_accept_failures_total") == 0) std::this_thread::yield();
  }
  EXPECT_EQ(one->read().body, "hello");
}

TEST_F(http_limits, takes_connections_again_below_the_limit) {
  options_.connections_max = 1;
  {
    client one = connect();
    ASSERT_EQ(one.get("/hello").status, 200);
  }
  answer got;
  do {
    got = connect().get("/hello");
  } while (got.status == 503);
  EXPECT_EQ(got.status, 200);
}

}  // namespace
}  // namespace weir::http::test
