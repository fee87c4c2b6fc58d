#include "http/session.hpp"

#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "http/body_reader.hpp"
#include "http/cors.hpp"

namespace weir::http {
namespace {

/// Empty lines before a request that are overlooked (RFC 9112, section 2.2).
constexpr int empty_lines_max = 4;
/// Up to here a body is copied behind its head, so that both are sent as one piece.
constexpr std::size_t copied_body_bytes_max = 8u << 10;
/// Answers to pipelined requests are sent together up to here.
constexpr std::size_t gathered_bytes_max = 16u << 10;
/// An output buffer that has grown beyond this is given back.
constexpr std::size_t kept_out_bytes_max = 64u << 10;

/// Of a host that is not allowed.
constexpr std::size_t host_bytes_shown = 256;

/// Whether a method that no path takes is one of HTTP's own (RFC 9110, section 9.3): then it is the path that does not
/// take it. Any other is unknown to the whole server.
bool is_standard_method(std::string_view name) { return name == "TRACE" || name == "CONNECT"; }

problem head_overdue(const server_options& options) {
  const auto seconds = std::chrono::duration<double>(options.request_deadline).count();
  return make_problem(problem_kind::timeout, "The head of the request did not arrive in time.")
      .with("limitSeconds", seconds);
}

problem too_many_connections() {
  return make_unavailable(problem_kind::overloaded, "The maximum number of connections is open.");
}

}  // namespace

session::session(protocol& home, connection& over)
    : home_(home),
      connection_(over),
      options_(home.options()),
      router_(home.routes()),
      idle_since_(steady_clock::now()) {}

task<> session::run(protocol& home, std::unique_ptr<connection> over) {
  session self(home, *over);
  next what = next::another;
  while (what == next::another) {
    try {
      what = co_await self.serve_one();
    } catch (const connection_lost&) {
      what = next::lost;
    }
  }
  if (what == next::close) co_await over->linger(self.options_.linger_deadline);
}

task<> session::refuse(protocol& home, std::unique_ptr<connection> over) {
  session self(home, *over);
  self.above_limit_ = true;
  next what = next::lost;
  try {
    what = co_await self.serve_one();
  } catch (const connection_lost&) {
    co_return;
  }
  if (what != next::lost) co_await over->linger(self.options_.linger_deadline);
}

task<> session::refuse_plain(protocol& home, std::unique_ptr<connection> over) {
  return refuse_for(home, std::move(over),
                    make_problem(problem_kind::malformed_request, "This port speaks TLS: use https, not http."));
}

task<> session::refuse_for(protocol& home, std::unique_ptr<connection> over, problem why) {
  session self(home, *over);
  next what = next::lost;
  try {
    what = co_await self.send_refusal_of_head(why, false);
  } catch (const connection_lost&) {
    co_return;
  }
  if (what == next::close) co_await over->linger(self.options_.linger_deadline);
}

task<session::next> session::serve_one() {
  request_parser parser(request_);
  std::optional<problem> fault = co_await read_head();
  if (gone_) co_return next::lost;
  const bool to_head = connection_.input().starts_with("HEAD ");
  if (!fault) {
    const std::string_view head = connection_.input().substr(0, head_bytes_);
    connection_.consume(head_bytes_);
    fault = parser.read_head(head);
    if (!fault && request_.target.size() > options_.target_bytes_max) {
      fault = make_problem(problem_kind::uri_too_long, "The request target may have at most " +
                                                           std::to_string(options_.target_bytes_max) + " bytes.")
                  .with("limitBytes", options_.target_bytes_max);
    }
  }
  if (fault) co_return co_await send_refusal_of_head(*fault, to_head);

  body_reader body(connection_, parser, request_, options_, begun_ + options_.request_deadline);
  exchange x(home_, connection_, body, request_);
  // Also if the client is gone before it has its answer.
  struct audits {
    session& by;
    exchange& x;
    ~audits() {
      if (by.options_.audit) by.audit(x);
    }
  } const audited{*this, x};
  co_await carry_out(x);
  const next what = co_await send_answer(x, body);
  tally(x);
  co_return what;
}

/// Waits for a request and for its whole head, which then stands at the beginning of the input and is head_bytes_ long.
task<std::optional<problem>> session::read_head() {
  head_scanner scanner(options_);
  int empty_lines = 0;
  bool begun = false;
  while (true) {
    while (!begun && connection_.input().starts_with("\r\n") && empty_lines < empty_lines_max) {
      connection_.consume(2);
      ++empty_lines;
    }
    const bool only_half_an_empty_line = connection_.input() == "\r";
    if (!begun && !connection_.input().empty() && !only_half_an_empty_line) {
      begun = true;
      begun_ = steady_clock::now();
      head_read_ = begun_;
    }
    if (begun) {
      head_scanner::verdict verdict = scanner.look(connection_.input());
      if (auto* fault = std::get_if<problem>(&verdict)) co_return std::move(*fault);
      if (const auto* complete = std::get_if<head_scanner::complete>(&verdict)) {
        head_bytes_ = complete->bytes;
        co_return std::nullopt;
      }
    }

    if (!out_.empty()) co_await send_gathered();
    if (!begun) connection_.give_back_input();
    const auto room = connection_.room(options_.headers_bytes_max);
    if (!room) co_return bodies_have_all_memory();
    connection_.begin_wait(head_deadline(begun));
    connection_.set_idle(!begun);
    if (!begun && connection_.stopping() && !connection_.has_unread_bytes()) {
      gone_ = true;
      co_return std::nullopt;
    }
    const auto [code, bytes] = co_await connection_.receive(*room);
    connection_.set_idle(false);
    connection_.end_wait(code ? 0 : bytes);
    if (!code) {
      connection_.received(bytes);
      if (begun) head_read_ = steady_clock::now();
      continue;
    }
    if (above_limit_ && connection_.overdue()) {
      home_.counts().connection_refused();
      co_return too_many_connections();
    }
    if (begun && connection_.overdue()) co_return head_overdue(options_);
    // A stop was requested while a request was arriving: it is still answered.
    if (!begun && connection_.stopping() && !connection_.overdue() && connection_.has_unread_bytes()) continue;
    gone_ = true;
    co_return std::nullopt;
  }
}

steady_clock::time_point session::head_deadline(bool begun) const {
  if (above_limit_) return idle_since_ + options_.refusal_deadline;
  return begun ? begun_ + options_.request_deadline : idle_since_ + options_.idle_deadline;
}

task<> session::carry_out(exchange& x) {
  try {
    find_route(x);
    if (x.state_ != exchange::answering::nothing) co_return;
    admit(x);
    const endpoint* here = x.route_->find(request_.method);
    if (const auto* quick = std::get_if<quick_handler>(here)) {
      (*quick)(x);
      while (x.rest_) {
        if (!out_.empty()) co_await send_gathered();
        auto rest = *std::exchange(x.rest_, std::nullopt);
        co_await std::move(rest);
      }
    } else {
      if (!out_.empty()) co_await send_gathered();
      co_await std::get<handler> (*here)(x);
    }
    if (x.state_ == exchange::answering::nothing) answer_for_fault(x, "the handler gave no answer");
  } catch (const problem_raised& raised) {
    if (x.state_ == exchange::answering::nothing) x.respond(raised.what);
  } catch (const connection_lost&) {
    throw;
  } catch (const fatal_error& e) {
    answer_for_fault(x, e.what(), e.code == errc::corrupt);
  } catch (const std::exception& e) {
    answer_for_fault(x, e.what());
  } catch (...) {
    answer_for_fault(x, "the handler threw something that is not a std::exception");
  }
}

/// Above the limit of connections only a few routes are answered.
void session::refuse_above_limit(exchange& x) {
  const route* here = router_.find(request_.where.segments(), x.parameters_);
  if (here != nullptr && here->above_limit) return;
  home_.counts().connection_refused();
  throw problem_raised{too_many_connections()};
}

/// Finds the route of the request, or answers it where there is none for it.
void session::find_route(exchange& x) {
  if (above_limit_) refuse_above_limit(x);
  check_host();
  const target& where = request_.where;
  if (request_.method == method::other && !is_standard_method(request_.method_text)) {
    throw problem_raised{make_problem(problem_kind::not_implemented,
                                      "The methods here are GET, HEAD, POST and OPTIONS, in capital letters.")};
  }
  if (where.is_asterisk()) {
    if (request_.method != method::options) {
      throw problem_raised{make_problem(problem_kind::malformed_request, "The target * is for OPTIONS only.")};
    }
    response answer;
    answer.status = 204;
    answer.set("Allow", "GET, HEAD, POST, OPTIONS");
    x.respond(std::move(answer));
    return;
  }
  x.route_ = router_.find(where.segments(), x.parameters_);
  if (x.route_ == nullptr) {
    std::string detail = "There is nothing at this path" + router_.near(where.segments()) + ".";
    throw problem_raised{make_problem(problem_kind::not_found, std::move(detail))};
  }
  if (x.route_->find(request_.method) != nullptr) return;
  if (request_.method == method::options) {
    response answer;
    answer.status = 204;
    answer.set("Allow", x.route_->allow);
    allow_preflight(options_.cors_origins, request_, x.route_->allow, answer);
    x.respond(std::move(answer));
    return;
  }
  throw problem_raised{make_problem(problem_kind::method_not_allowed, "This path takes " + x.route_->allow + ".")
                           .with_header("Allow", x.route_->allow)};
}

/// Finds out who sent the request, and checks that the caller has what the endpoint needs.
void session::admit(exchange& x) {
  if (options_.gate.is_open()) return;
  const auth::requirement& needs = x.route_->needs_for(request_.method);
  const auto authorization = request_.field("Authorization");
  if (needs.is_open()) {
    // Nothing is refused here, but an answer may say more to a caller who may know more.
    x.session_.may = auth::permissions::nothing();
    if (!authorization && !connection_.peer()) return;
  } else if (request_.count("Authorization") > 1) {
    x.refusal_reason_ = "Authorization is given more than once";
    throw problem_raised{make_problem(problem_kind::malformed_request, "Authorization is given more than once.")};
  }
  const bool by_certificate = !authorization && connection_.peer();
  if (by_certificate && by_certificate_ && options_.gate.holds(*by_certificate_)) {
    x.session_ = *by_certificate_;
  } else {
    auto admitted = options_.gate.admit(authorization, connection_.peer().get());
    if (const auto* why = std::get_if<auth::denial>(&admitted)) {
      if (needs.is_open()) return;
      x.refusal_reason_ = why->reason;
      if (!why->try_again) x.refusal_status_ = 401;
      throw problem_raised{make_unauthorized(*why)};
    }
    x.session_ = std::move(std::get<auth::session>(admitted));
    if (by_certificate) by_certificate_ = x.session_;
  }
  x.need(needs);
}

void session::check_host() {
  if (request_.host == host_) return;
  if (!options_.hosts.allow(request_.host)) {
    throw problem_raised{
        make_problem(problem_kind::misdirected_request, "This server does not answer for the host " +
                                                            std::string(request_.host.substr(0, host_bytes_shown)) +
                                                            ". Its operator can allow it with --allowed-host.")};
  }
  host_ = request_.host;
}

void session::answer_for_fault(exchange& x, const char* what, bool damaged) {
  spdlog::error("{} {} failed: {} trace={}", request_.method_text, x.logged_path(), what, x.trace().trace_id);
  if (x.state_ == exchange::answering::begun) return;  // cut short, which the client sees
  x.state_ = exchange::answering::nothing;
  x.respond(damaged ? make_damaged(x.trace().trace_id) : make_internal(x.trace().trace_id));
}

task<session::next> session::send_answer(exchange& x, body_reader& body) {
  // Cut short: the client is to read what there is, and then no end of the answer.
  if (x.state_ == exchange::answering::begun) co_return next::close;
  if (x.state_ == exchange::answering::whole) {
    if (!x.hold_for_answer()) x.answer_ = to_response(bodies_have_all_memory(), x.instance());
    const bool drains = body.complete() || body.worth_draining();
    body.answer_begins();
    x.close_ = above_limit_ || !request_.keep_alive || connection_.stopping() || !drains;
    allow_origin(options_.cors_origins, request_, x.answer_);
    x.add_position(x.answer_);
    x.forbid_storing(x.answer_);
    const response& answer = x.answer_;
    append_head(out_, answer, request_, answer.body.size(), x.close_, home_.general_fields(connection_.secure()));
    std::string_view rest = answer.body;
    if (request_.method == method::head || answer.status == 204 || answer.status == 304) rest = {};
    if (rest.size() <= copied_body_bytes_max) {
      out_.append(rest);
      rest = {};
    }
    const bool another_is_there = !x.close_ && body.complete() && !connection_.input().empty();
    if (another_is_there && rest.empty() && out_.size() < gathered_bytes_max) co_return next::another;
    const std::size_t sent = connection_.send_now({out_, rest});
    if (sent < out_.size() + rest.size()) {
      std::string_view first = out_;
      const std::size_t of_first = std::min(sent, first.size());
      first.remove_prefix(of_first);
      rest.remove_prefix(sent - of_first);
      co_await connection_.send({first, rest}, steady_clock::now() + options_.write_deadline);
    }
    out_.clear();
    if (out_.capacity() > kept_out_bytes_max) out_ = {};
  }
  if (x.close_) co_return next::close;
  std::size_t drained = 0;
  while (!body.complete()) {
    std::size_t bytes = 0;
    try {
      const std::string_view piece = co_await body.next();
      bytes = piece.size();
    } catch (const problem_raised&) {
      co_return next::close;  // the answer has been given
    }
    drained += bytes;
    if (drained > options_.body_bytes_max) co_return next::close;
  }
  co_return next::another;
}

/// Answers what could not be read as a request. After it nothing of the connection's input can be made sense of.
/// `to_head`: as far as it could be read it is a HEAD, whose client takes a body for the next answer.
task<session::next> session::send_refusal_of_head(const problem& fault, bool to_head) {
  const trace_context trace = continue_or_begin(std::nullopt);
  response answer = to_response(fault, "#" + trace.trace_id + "-" + trace.span_id);
  if (options_.gate.is_open()) router_.add_position(answer);
  request_.version = 11;
  append_head(out_, answer, request_, answer.body.size(), true, home_.general_fields(connection_.secure()));
  if (!to_head) out_.append(answer.body);
  co_await connection_.send({out_}, steady_clock::now() + options_.write_deadline);
  home_.traffic().answered(router_.routes().size(), method::other, fault.status, {});
  spdlog::debug("refused {} {} trace={}", fault.status, fault.detail, trace.trace_id);
  co_return next::close;
}

/// Called before each wait: answers that are ready must not be delayed.
task<> session::send_gathered() {
  co_await connection_.send({out_}, steady_clock::now() + options_.write_deadline);
  out_.clear();
}

void session::tally(exchange& x) {
  idle_since_ = steady_clock::now();
  const auto took = idle_since_ - head_read_;
  const std::size_t route = x.route_ ? x.route_->index : router_.routes().size();
  home_.traffic().answered(route, request_.method, x.answer_.status, took);
  if (!spdlog::should_log(spdlog::level::debug)) return;
  const std::string& caller = x.caller()->name;
  spdlog::debug("{} {} {} {}us{}{} trace={}", request_.method_text,
                x.route_ ? std::string_view(x.route_->pattern) : "none", x.answer_.status,
                std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
                caller.empty() ? "" : " caller=", caller, x.trace().trace_id);
}

/// One line for what was refused to a caller, and for what may have changed something. Calls of RPC have their own.
void session::audit(exchange& x) noexcept try {
  constexpr int unauthenticated = 401, client_error = 400, server_error = 500;
  const bool is_refused = !x.refusal_reason_.empty();
  // Without an answer nothing was carried out: the client left before it had sent its request.
  if (!x.route_ || (!is_refused && x.state_ == exchange::answering::nothing)) return;
  if (!is_refused && (request_.method != method::post || x.route_->audits_itself)) return;
  const int status = x.answer_.status;
  const std::string action = std::string(request_.method_text) + " " + std::string(x.logged_path());
  std::string_view outcome = status < client_error ? "done" : status < server_error ? "refused" : "failed";
  if (x.refusal_status_ != 0) outcome = x.refusal_status_ == unauthenticated ? "unauthenticated" : "forbidden";
  const auth::audit_entry entry{.who = x.caller().get(),
                                .address = connection_.address(),
                                .action = action,
                                .subject = x.subject_,
                                .outcome = outcome,
                                .status = status,
                                .detail = x.refusal_reason_,
                                .trace = x.trace().trace_id};
  const bool is_stranger = !options_.gate.is_open() && x.caller()->name.empty();
  is_refused || is_stranger ? options_.audit->write_limited(entry) : options_.audit->write(entry);
} catch (const std::exception& e) {
  spdlog::error("a line of the audit log is lost: {}", e.what());
}

}  // namespace weir::http
