#include "http/exchange.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/beast/http/status.hpp>

#include "base/url.hpp"
#include "http/body_reader.hpp"
#include "http/cors.hpp"

namespace weir::http {
namespace {

constexpr std::size_t instance_path_bytes_max = 256;

/// What mostly fits into the socket's buffer at once.
constexpr std::size_t uncounted_answer_bytes = 64u << 10;

/// A body of more than this is announced, and not begun with: its memory is taken as it arrives.
constexpr std::uint64_t reserved_bytes_max = 1u << 20;

template <class Number>
void append_number(std::string& text, Number number, int base = 10) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  text.append(digits.data(), end.ptr);
}

}  // namespace

exchange::exchange(protocol& home, connection& over, body_reader& body, const http::request& request)
    : home_(home),
      connection_(over),
      body_(body),
      request_(request),
      options_(home.options()),
      memory_(*options_.bodies) {}

std::string_view exchange::logged_path() const {
  return route_ && route_->hides_path ? std::string_view(route_->pattern) : request_.where.raw_path();
}

exchange::~exchange() {
  connection_.on_interrupt({});
  if (keeps_little_unsent_) connection_.keep_little_unsent(false);
}

std::string_view exchange::parameter(std::string_view name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (route_->parameters[i] == name) return parameters_[i];
  }
  throw std::logic_error("the route has no parameter " + std::string(name));
}

void exchange::need(const auth::requirement& what) {
  if (what.is_met_by(*session_.may)) return;
  refusal_reason_ = what.text() + " is not granted";
  refusal_status_ = 403;
  throw problem_raised{make_forbidden(what.text())};
}

void exchange::need_stream(std::string_view stream) {
  if (session_.may->may_read_stream(stream)) return;
  refusal_reason_ = "the stream is not granted";
  refusal_status_ = 403;
  throw problem_raised{make_forbidden("this stream")};
}

std::optional<problem> exchange::why_not_any_more() {
  if (ended_) return ended_;  // once said, it stays so: the session has the new permissions already
  const auto before = session_.may;
  if (!options_.gate.holds(session_)) {
    refusal_reason_ = "the credential has ended";
    refusal_status_ = 401;
    ended_ = make_unauthorized_any_more();
  } else if (before != session_.may && !(before->granted() == session_.may->granted())) {
    refusal_reason_ = "the permissions have changed";
    refusal_status_ = 403;
    ended_ = make_problem(problem_kind::forbidden, "The caller's permissions have changed. Connect again.");
  }
  return ended_;
}

task<std::string_view> exchange::body() { return body(options_.body_bytes_max); }

task<std::string_view> exchange::body(std::size_t bytes_max) {
  const auto announced = body_.announced();
  if (announced && *announced > bytes_max) throw problem_raised{content_too_large(bytes_max)};
  if (const auto arrived = body_.arrived()) co_return *arrived;
  if (!announced) body_.limit_chunks(bytes_max);
  gathered_.clear();
  if (announced) gathered_.reserve(static_cast<std::size_t>(std::min(*announced, reserved_bytes_max)));
  while (!body_.complete()) {
    const std::string_view more = co_await body_.next();
    // Counted as it arrives, not as announced. Without an announced length the string may double its capacity.
    hold_for_request((gathered_.size() + more.size()) * (announced ? 1 : 2));
    gathered_.append(more);
  }
  need_still_valid_credential();  // a slow body gives time to a revocation
  co_return gathered_;
}

void exchange::hold_for_request(std::size_t bytes) {
  if (!memory_.try_hold(bytes)) {
    gathered_ = {};  // the client may still send for a while
    memory_.hold(0);
    throw problem_raised{bodies_have_all_memory()};
  }
  request_bytes_ = bytes;
}

bool exchange::try_hold_for_answer(std::size_t bytes) {
  return bytes <= uncounted_answer_bytes || memory_.try_hold(request_bytes_ + bytes);
}

bool exchange::hold_for_answer() {
  if (try_hold_for_answer(answer_.body.size())) return true;
  if (request_.method == method::get || request_.method == method::head) return false;
  memory_.hold(request_bytes_ + answer_.body.size());  // what was asked has been done, and the client is to know
  return true;
}

task<std::optional<std::string_view>> exchange::piece() {
  const std::string_view more = co_await body_.next();
  std::optional<std::string_view> result;
  if (!more.empty()) result = more;
  co_return result;
}

void exchange::allow_more_time() { body_.set_deadline(steady_clock::now() + options_.request_deadline); }

void exchange::stop_reading() { connection_.end_receiving(); }

void exchange::respond(response answer) {
  if (state_ != answering::nothing) throw std::logic_error("a request is answered once");
  answer_ = std::move(answer);
  state_ = answering::whole;
}

void exchange::respond(const problem& answer) { respond(to_response(answer, instance())); }

void exchange::add_position(response& answer) const {
  if (options_.gate.is_open() || !session_.who->name.empty()) home_.routes().add_position(answer);
}

void exchange::forbid_storing(response& answer) const {
  if (options_.gate.is_open() || !route_ || route_->needs_for(request_.method).is_open()) return;
  answer.remove("Cache-Control");
  answer.set("Cache-Control", "no-store");
}

void exchange::go_on_with(task<> rest) { rest_ = std::move(rest); }

task<> exchange::begin(response head) {
  if (state_ != answering::nothing) throw std::logic_error("a request is answered once");
  state_ = answering::begun;
  answer_.status = head.status;
  close_ = close_ || !request_.keep_alive || connection_.stopping() || request_.version == 10 ||
           (!body_.complete() && !body_.worth_draining());
  body_.answer_begins();
  allow_origin(options_.cors_origins, request_, head);
  add_position(head);
  forbid_storing(head);
  std::string bytes;
  append_head(bytes, head, request_, std::nullopt, close_, home_.general_fields(connection_.secure()));
  co_await connection_.send({bytes}, steady_clock::now() + options_.write_deadline);
}

task<> exchange::write(std::string_view piece) {
  if (state_ != answering::begun) throw std::logic_error("a piece is written between begin and finish");
  if (piece.empty() || request_.method == method::head) co_return;
  const auto deadline = steady_clock::now() + options_.write_deadline;
  if (request_.version == 10) {
    co_await connection_.send({piece}, deadline);
    co_return;
  }
  std::string size;
  append_number(size, piece.size(), 16);
  size.append("\r\n");
  co_await connection_.send({size, piece, "\r\n"}, deadline);
}

task<> exchange::finish() {
  if (state_ != answering::begun) throw std::logic_error("what is finished was begun");
  if (request_.method != method::head && request_.version != 10) {
    co_await connection_.send({"0\r\n\r\n"}, steady_clock::now() + options_.write_deadline);
  }
  state_ = answering::finished;
}

const trace_context& exchange::trace() {
  if (trace_) return *trace_;
  const bool one = request_.count("traceparent") == 1;  // of several, none is known to be the caller's
  trace_ = continue_or_begin(one ? request_.field("traceparent") : std::nullopt);
  return *trace_;
}

std::string exchange::instance() {
  std::string text;
  for (const std::string_view segment : request_.where.segments()) {
    if (text.size() >= instance_path_bytes_max) break;
    text += '/';
    append_path_segment(text, segment.substr(0, instance_path_bytes_max));
  }
  text.append("#").append(trace().trace_id).append("-").append(trace().span_id);
  return text;
}

bool exchange::stopping() const { return connection_.stopping(); }

bool exchange::client_ended() const { return connection_.client_ended(); }

void exchange::watch_for_end() { connection_.watch_for_end(); }

void exchange::keep_little_unsent() {
  keeps_little_unsent_ = true;
  connection_.keep_little_unsent(true);
}

task<net::turn> exchange::take_turn() {
  using enum net::turn_queue::rank;
  return connection_.take_turn(std::exchange(had_turn_, true) ? further : first);
}

boost::asio::io_context& exchange::context() const { return connection_.context(); }

traffic_shard& exchange::traffic() const { return home_.traffic(); }

void exchange::on_interrupt(std::function<void()> wake) { connection_.on_interrupt(std::move(wake)); }

void append_head(std::string& bytes, const response& answer, const request& to, std::optional<std::size_t> length,
                 bool close, std::string_view general) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(answer.status));
  bytes.append("HTTP/1.1 ");
  append_number(bytes, answer.status);
  bytes.append(" ").append(reason.data(), reason.size()).append("\r\n").append(general);
  bytes.append(answer.fields);
  const bool bodiless = answer.status == 204 || answer.status == 304;
  if (length && !bodiless) {
    bytes.append("Content-Length: ");
    append_number(bytes, *length);
    bytes.append("\r\n");
  } else if (!length && to.version != 10) {
    bytes.append("Transfer-Encoding: chunked\r\n");
  }
  if (close) {
    bytes.append("Connection: close\r\n");
  } else if (to.version == 10) {
    bytes.append("Connection: keep-alive\r\n");
  }
  bytes.append("\r\n");
}

}  // namespace weir::http
