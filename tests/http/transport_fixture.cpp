#include "http/transport_fixture.hpp"

#include <condition_variable>
#include <mutex>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <prometheus/metric_family.h>

namespace weir::http::test {

/// Holds requests until it is opened.
struct transport::gate {
  std::mutex mutex;
  std::condition_variable changed;
  int held = 0;
  bool open = false;
  std::vector<std::function<void()>> wake;
};

transport::transport() : gate_(std::make_unique<gate>()) {
  router_.add_quick(method::get, "/hello", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", "hello")); });
  router_.add_quick(method::get, "/vital", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", "vital")); });
  router_.answer_above_limit("/vital");
  router_.add(method::post, "/echo", auth::requirement::open(), echo);
  router_.add(method::post, "/pieces", auth::requirement::open(), pieces);
  router_.add(method::post, "/mirror", auth::requirement::open(), mirror);
  router_.add_quick(method::post, "/ignore", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", "ignored")); });
  router_.add_quick(method::get, "/big", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", std::string(8u << 20, 'x'))); });
  router_.add(method::get, "/stream", auth::requirement::open(), stream);
  router_.add(method::get, "/cut", auth::requirement::open(), cut);
  router_.add_quick(method::get, "/fault", auth::requirement::open(),
                    [](exchange&) { throw std::runtime_error("the secret is 42"); });
  router_.add_quick(method::get, "/silence", auth::requirement::open(), [](exchange&) {});
  router_.add(method::get, "/hold", auth::requirement::open(), [this](exchange& x) { return hold(x); });
  router_.add_quick(method::get, "/things/{id}", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", "thing " + std::string(x.parameter("id")))); });
  router_.add_quick(method::get, "/things/special", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", "special")); });
  router_.add_quick(method::get, "/things/{thing}/parts/{part}", auth::requirement::open(), [](exchange& x) {
    x.respond(ok("text/plain", std::string(x.parameter("thing")) + " " + std::string(x.parameter("part"))));
  });
  router_.add_quick(method::get, "/query", auth::requirement::open(), [](exchange& x) {
    std::string all;
    for (const auto& [name, value] : x.request().where.parameters()) {
      all.append(name).append("=").append(value).append(";");
    }
    x.respond(ok("text/plain", all));
  });
  router_.add_quick(method::get, "/trace", auth::requirement::open(),
                    [](exchange& x) { x.respond(ok("text/plain", x.trace().traceparent())); });
}

transport::~transport() {
  release();
  server_.reset();
}

std::uint16_t transport::port() {
  if (!server_) {
    server_ = std::make_unique<server>(options_, router_, traffic_);
    port_ = server_->listen({"127.0.0.1", 0, true}).value().port;
    server_->start();
  }
  return port_;
}

answer transport::ask(std::string_view bytes) {
  client one = connect();
  one.send(bytes);
  return one.read();
}

void transport::expect_refused(std::string_view bytes, int status, std::string_view type) {
  SCOPED_TRACE(std::string(bytes.substr(0, 100)));
  client one = connect();
  one.send(bytes);
  const answer got = one.read();
  expect_problem(got, status, type);
  EXPECT_EQ(got.field("connection"), "close");
  one.finish_sending();
  EXPECT_TRUE(one.is_closed());
}

void transport::expect_problem(const answer& got, int status, std::string_view type) {
  EXPECT_EQ(got.status, status);
  EXPECT_EQ(got.field("content-type"), "application/problem+json");
  const auto json = nlohmann::json::parse(got.body, nullptr, false);
  ASSERT_TRUE(json.is_object()) << got.body;
  EXPECT_EQ(json["type"], "/problems/" + std::string(type));
  EXPECT_EQ(json["status"], status);
  EXPECT_TRUE(json["title"].is_string());
  EXPECT_TRUE(json["instance"].is_string());
}

double transport::metric(std::string_view name) const {
  for (const auto& family : traffic_->Collect()) {
    if (family.name == name) return family.metric.front().counter.value;
  }
  throw std::logic_error("no metric of that name");
}

void transport::wait_until_held() {
  std::unique_lock lock(gate_->mutex);
  ASSERT_TRUE(gate_->changed.wait_for(lock, std::chrono::seconds(10), [&] { return gate_->held > 0; }));
}

void transport::release() {
  const std::lock_guard lock(gate_->mutex);
  gate_->open = true;
  for (const auto& wake : gate_->wake) wake();
  gate_->wake.clear();
}

task<> transport::hold(exchange& x) {
  const executor here = co_await boost::asio::this_coro::executor;
  using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, executor>;
  auto opened = std::make_shared<timer>(here, std::chrono::seconds(30));
  {
    const std::lock_guard lock(gate_->mutex);
    ++gate_->held;
    if (gate_->open) opened->expires_after(std::chrono::seconds(0));
    gate_->wake.push_back([opened, here] { boost::asio::post(here, [opened] { opened->cancel(); }); });
    gate_->changed.notify_all();
  }
  if (x.request().where.parameter("interruptible")) x.on_interrupt([opened] { opened->cancel(); });
  co_await opened->async_wait(boost::asio::as_tuple(boost::asio::deferred));
  x.respond(ok("text/plain", x.stopping() ? "held, stopping" : "held"));
}

task<> transport::echo(exchange& x) {
  const std::string_view body = co_await x.body();
  x.respond(ok("application/octet-stream", std::string(body)));
}

task<> transport::pieces(exchange& x) {
  std::size_t total = 0;
  while (true) {
    const std::optional<std::string_view> piece = co_await x.piece();
    if (!piece) break;
    total += piece->size();
  }
  x.respond(ok("text/plain", std::to_string(total)));
}

task<> transport::mirror(exchange& x) {
  const bool answers_first = x.request().where.parameter("first") == "answer";
  std::optional<std::string_view> piece;
  if (!answers_first) piece = co_await x.piece();
  response head;
  head.set("Content-Type", "application/octet-stream");
  co_await x.begin(std::move(head));
  if (answers_first) piece = co_await x.piece();
  while (piece) {
    co_await x.write(*piece);
    piece = co_await x.piece();
  }
  co_await x.finish();
}

task<> transport::stream(exchange& x) {
  response head;
  head.set("Content-Type", "text/plain");
  co_await x.begin(std::move(head));
  const int count = std::stoi(std::string(x.request().where.parameter("pieces").value_or("3")));
  for (int i = 0; i < count; ++i) {
    const std::string piece = "piece " + std::to_string(i) + "\n";
    co_await x.write(piece);
  }
  co_await x.finish();
}

task<> transport::cut(exchange& x) {
  response head;
  head.set("Content-Type", "text/plain");
  co_await x.begin(std::move(head));
  const std::string piece = "the beginning";
  co_await x.write(piece);
  throw std::runtime_error("no end");
}

}  // namespace weir::http::test
