#pragma once

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/client.hpp"
#include "http/exchange.hpp"
#include "http/server.hpp"

namespace weir::http::test {

/// A server with a few routes of its own, and clients of it.
///
/// GET /hello, GET /vital (above the limit of connections too), POST /echo (the body), POST /pieces (the sizes of the pieces), POST /ignore (does not read the body),
/// POST /mirror (the pieces as they come, in an answer that begins with the first; ?first=answer: before it), GET /big,
/// GET /stream?pieces=n, GET /cut (a stream that breaks off), GET /fault, GET /hold (answered on release()), GET
/// /things/{id}, GET /things/{id}/parts/{part}
class transport : public testing::Test {
 protected:
  transport();
  ~transport() override;

  /// Starts the server, on the first use with the options as they then are.
  std::uint16_t port();
  client connect() { return client(port()); }
  /// What a client gets that sends these bytes, and no more, on a connection of its own.
  answer ask(std::string_view bytes);
  /// Expects an answer to be this problem, and that the connection ends with it.
  void expect_refused(std::string_view bytes, int status, std::string_view type);

  /// Waits until a request is held by /hold.
  void wait_until_held();
  /// Lets /hold answer.
  void release();
  void stop() { server_->stop(); }

  /// The value of a metric without labels.
  double metric(std::string_view name) const;

  static void expect_problem(const answer& got, int status, std::string_view type);

  server_options options_;
  std::shared_ptr<traffic> traffic_ = std::make_shared<traffic>();

 private:
  struct gate;
  task<> hold(exchange& x);
  static task<> echo(exchange& x);
  static task<> pieces(exchange& x);
  static task<> mirror(exchange& x);
  static task<> stream(exchange& x);
  static task<> cut(exchange& x);

  router router_;
  std::unique_ptr<gate> gate_;
  std::unique_ptr<server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace weir::http::test
