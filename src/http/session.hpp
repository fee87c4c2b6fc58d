#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/exchange.hpp"
#include "http/head.hpp"
#include "http/protocol.hpp"

namespace weir::http {

class body_reader;

/// Serves one HTTP connection: reads requests one after another, lets handlers carry them out, and sends the answers.
///
/// Order:     the next request is read after the answer to the previous one: pipelined requests are answered in order.
///            Answers are collected while further requests have arrived and need no wait; they are sent before any
///            wait.
/// Lifetime:  lives in the coroutine run(), which owns the connection.
class session {
 public:
  session(protocol& home, connection& over);
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Serves the connection to its end.
  [[nodiscard]] static task<> run(protocol& home, std::unique_ptr<connection> over);
  /// Answers one request, and closes: for connections above the limit. Only routes with above_limit are answered; all
  /// others, and clients that send no request, get 503.
  [[nodiscard]] static task<> refuse(protocol& home, std::unique_ptr<connection> over);
  /// Answers 400 to any request, and closes: for a client that speaks plain HTTP on a port with TLS.
  [[nodiscard]] static task<> refuse_plain(protocol& home, std::unique_ptr<connection> over);

 private:
  [[nodiscard]] static task<> refuse_for(protocol& home, std::unique_ptr<connection> over, problem why);
  enum class next { another, close, lost };

  [[nodiscard]] task<next> serve_one();
  [[nodiscard]] task<std::optional<problem>> read_head();
  [[nodiscard]] task<> carry_out(exchange& x);
  void check_host();
  void admit(exchange& x);
  void audit(exchange& x) noexcept;
  [[nodiscard]] steady_clock::time_point head_deadline(bool begun) const;
  void refuse_above_limit(exchange& x);
  void find_route(exchange& x);
  void answer_for_fault(exchange& x, const char* what, bool damaged = false);
  [[nodiscard]] task<next> send_answer(exchange& x, body_reader& body);
  [[nodiscard]] task<next> send_refusal_of_head(const problem& fault, bool to_head);
  [[nodiscard]] task<> send_gathered();
  void tally(exchange& x);

  protocol& home_;
  connection& connection_;
  const server_options& options_;
  const router& router_;
  http::request request_;
  std::size_t head_bytes_ = 0;
  steady_clock::time_point begun_;      ///< the request's first byte
  steady_clock::time_point head_read_;  ///< the head's last
  steady_clock::time_point idle_since_;
  bool above_limit_ = false;
  bool gone_ = false;                            ///< nothing more can be read, and no request has begun
  std::optional<auth::session> by_certificate_;  ///< the last session of the connection's certificate
  std::string host_;                             ///< the last allowed host: mostly the next request has the same
  std::string out_;                              ///< answers that have not been sent
};

}  // namespace weir::http
