#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "auth/session.hpp"
#include "base/caller.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "http/protocol.hpp"
#include "http/trace_context.hpp"

namespace weir::http {

class body_reader;

/// One request and its answer, as a handler sees them.
///
/// A handler answers once: with respond(), whose answer is sent when the handler has returned, or piece by piece
/// between begin() and finish(). If a handler returns without an answer or throws, the client gets a problem. A stream
/// that was begun but not finished is cut, so that the client can see that it is incomplete. A handler may wait for a
/// piece of the body while it writes a piece of the answer.
///
/// Errors:       functions that wait for the client throw problem_raised or connection_lost; a handler must not catch
///               them.
/// Deadlines:    reading ends at the request's deadline, each write at the write deadline.
/// Concurrency:  used on the connection's own thread; handlers resume there.
/// Lifetime:     ends after the handler. So do all views that it hands out.
class exchange {
 public:
  exchange(protocol& home, connection& over, body_reader& body, const http::request& request);
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;
  ~exchange();

  [[nodiscard]] const http::request& request() const { return request_; }
  [[nodiscard]] const server_options& options() const { return options_; }

  /// The decoded value of a parameter of the route's path. The name must be one of the route's.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  [[nodiscard]] const http::route* route() const { return route_; }
  /// The values of all parameters of the route's path, in the order of route()->parameters.
  [[nodiscard]] const std::vector<std::string_view>& parameters() const { return parameters_; }

  /// The whole body; above the limit (without an argument: the server's) 413.
  [[nodiscard]] task<std::string_view> body();
  [[nodiscard]] task<std::string_view> body(std::size_t bytes_max);
  /// The share of the request and its answer in the memory budget for bodies.
  [[nodiscard]] memory_budget::share& memory() { return memory_; }
  /// Reserves memory for an answer of so many bytes until the client has taken it; false if there is not enough. Not
  /// needed for answers to GET.
  [[nodiscard]] bool try_hold_for_answer(std::size_t bytes);
  /// The maximum size of a body, in bytes.
  [[nodiscard]] std::size_t body_bytes_max() const { return options_.body_bytes_max; }
  /// The next piece of the body, as it arrives; nothing at the end. The view lives until the next call.
  [[nodiscard]] task<std::optional<std::string_view>> piece();
  /// Restarts the request's deadline: for bodies that the client sends while it reads the answer.
  void allow_more_time();
  /// Ends the wait for the body's next piece, if there is one, as the deadline would. Does nothing while a piece of the
  /// answer is being sent.
  void stop_reading();

  void respond(response answer);
  void respond(const problem& answer);

  /// For a quick handler that must wait: sets the coroutine that continues in its place and answers.
  void go_on_with(task<> rest);

  /// Sends the head of an answer whose length is not known yet; its body is left out.
  [[nodiscard]] task<> begin(response head);
  /// Sends a piece of the body. The piece must live until the task is done.
  [[nodiscard]] task<> write(std::string_view piece);
  [[nodiscard]] task<> finish();

  /// The client's TLS certificate; null if it sent none.
  [[nodiscard]] const std::shared_ptr<const net::peer_certificate>& peer() const { return connection_.peer(); }
  /// The caller who sent the request.
  [[nodiscard]] const std::shared_ptr<const weir::caller>& caller() const { return session_.who; }
  /// Who that is, for how long, and what the caller may do. Without authentication: everything.
  [[nodiscard]] const auth::session& session_of_caller() const { return session_; }
  [[nodiscard]] const auth::permissions& permissions() const { return *session_.may; }
  /// Throws problem_raised (403) unless the caller has what is needed.
  void need(const auth::requirement& what);
  /// The same for a command; without the cost of a requirement if it is granted.
  void need_command(std::string_view domain, std::string_view name) {
    if (!session_.may->may_command(domain, name))
      need(auth::requirement::command(std::string(domain), std::string(name)));
  }
  void need_stream(std::string_view stream);
  /// For answers that take long: why they must end now. 401 if the caller's credential has expired or was revoked, 403 if
  /// its permissions are others than at the beginning. Quick if nothing has changed.
  [[nodiscard]] std::optional<problem> why_not_any_more();
  /// Throws it.
  void need_still_valid_credential() {
    if (auto why = why_not_any_more()) throw problem_raised{std::move(*why)};
  }
  /// When the credential expires; the maximum if it does not. Until then a wait need not end for it: a revocation calls
  /// the function of on_interrupt().
  [[nodiscard]] steady_clock::time_point credential_ends() const { return auth::end_of(session_); }
  /// What the request is about, for the audit log: createUser user-u1.
  void about(std::string what) { subject_ = std::move(what); }
  /// The path for logs: the route's pattern, if paths of this route hold personal data.
  [[nodiscard]] std::string_view logged_path() const;
  [[nodiscard]] bool is_audited() const { return options_.audit != nullptr; }
  /// The client's address and port.
  [[nodiscard]] const std::string& client_address() const { return connection_.address(); }

  /// The trace that the request belongs to.
  [[nodiscard]] const trace_context& trace();
  /// A URI reference for this occurrence: the request's path, and trace and span as its fragment.
  [[nodiscard]] std::string instance();

  /// Whether the server is stopping: a long-running handler should end soon.
  [[nodiscard]] bool stopping() const;
  /// Whether the client has ended its half of the connection, as detected since watch_for_end().
  [[nodiscard]] bool client_ended() const;
  void watch_for_end();
  /// Sets the function that is called on the connection's thread if, while the handler runs, the server begins to stop,
  /// the connection is cut, or the client ends its half.
  void on_interrupt(std::function<void()> wake);
  /// For feeds, before begin(): until the end of the exchange the kernel keeps little that is not under way.
  void keep_little_unsent();
  /// Waits for a turn of the thread. A handler takes one for each piece of work that a client can make long; other work
  /// runs first.
  [[nodiscard]] task<net::turn> take_turn();

  /// Of the thread that the connection lives on.
  [[nodiscard]] boost::asio::io_context& context() const;
  [[nodiscard]] traffic_shard& traffic() const;

 private:
  friend class session;

  /// Holds so many bytes of memory() for the request, or throws the problem that the server is overloaded.
  void hold_for_request(std::size_t bytes);
  /// Adds Weir-Position. How long the log is, is not for everybody.
  void add_position(response& answer) const;
  /// What a caller may read must not be kept where others can find it.
  void forbid_storing(response& answer) const;
  /// Whether the answer can be given: not if the memory budget is short and the request can be repeated safely.
  [[nodiscard]] bool hold_for_answer();

  enum class answering { nothing, whole, begun, finished };

  protocol& home_;
  connection& connection_;
  body_reader& body_;
  const http::request& request_;
  const server_options& options_;
  const http::route* route_ = nullptr;
  std::vector<std::string_view> parameters_;
  memory_budget::share memory_;
  std::size_t request_bytes_ = 0;  ///< that memory_ holds for the request
  std::string gathered_;           ///< a body that did not arrive in one piece
  auth::session session_;
  std::string subject_;  ///< for the audit log, as is the next one
  std::string refusal_reason_;
  int refusal_status_ = 0;        ///< 401 or 403: why the caller was refused, also in the middle of an answer
  std::optional<problem> ended_;  ///< what why_not_any_more() said first
  std::optional<trace_context> trace_;
  answering state_ = answering::nothing;
  std::optional<task<>> rest_;
  response answer_;
  bool had_turn_ = false, keeps_little_unsent_ = false;
  bool close_ = false;  ///< the connection ends with this answer
};

/// The head of an answer, as bytes. `length`: of the body; absent for a chunked one (HTTP/1.1) or one that ends with
/// the connection (HTTP/1.0). `general`: the header lines of every answer.
void append_head(std::string& bytes, const response& answer, const request& to, std::optional<std::size_t> length,
                 bool close, std::string_view general);

}  // namespace weir::http
