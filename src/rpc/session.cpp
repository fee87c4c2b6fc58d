#include "rpc/session.hpp"

#include <algorithm>
#include <array>

#include <spdlog/spdlog.h>

#include "base/ids.hpp"
#include "problem/problem.hpp"

namespace weir::rpc {
namespace {

/// A frame's length goes before it.
constexpr std::size_t frame_header_bytes = 4;
/// What mostly fits into the socket's buffer at once.
constexpr std::size_t uncounted_reply_bytes = 64u << 10;

std::string_view short_of_memory() {
  static const std::string detail = bodies_have_all_memory().detail;
  return detail;
}

/// W3C Trace Context: Thrift has no place for the caller's, so that each call begins one.
std::string begin_trace() { return "00-" + random_hex(16) + "-" + random_hex(8) + "-00"; }

}  // namespace

session::session(protocol& home, connection& over)
    : home_(home), connection_(over), options_(home.options()), idle_since_(steady_clock::now()) {}

task<> session::run(protocol& home, std::unique_ptr<connection> over) {
  session self(home, *over);
  self.admit_by_certificate();
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

void session::admit_by_certificate() {
  by_.may_authenticate = true;
  admission_deadline_ = steady_clock::now() + options_.request_deadline;
  by_.address = connection_.address();
  by_.admitted = options_.gate.is_open();
  if (by_.admitted) return;
  if (connection_.peer()) {
    auto admitted = options_.gate.admit(*connection_.peer());
    if (auto* accepted = std::get_if<auth::session>(&admitted)) {
      by_.session = std::move(*accepted);
      by_.admitted = true;
    }
  }
  connection_.on_interrupt([this] { end_with_credential(); });
}

/// A connection that waits for its next message ends with its credential. During a call it ends after the call.
void session::end_with_credential() {
  if (by_.admitted && !options_.gate.holds(by_.session)) connection_.end_receiving();
}

steady_clock::time_point session::credential_ends() const {
  if (!by_.admitted) return admission_deadline_;  // from the beginning: refused calls do not move it
  return auth::end_of(by_.session);
}

task<session::next> session::serve_one() {
  const message_finder::verdict found = co_await next_message();
  if (std::holds_alternative<message_finder::incomplete>(found)) co_return next::lost;
  if (const auto* why = std::get_if<message_finder::fault>(&found)) {
    const next what = co_await refuse(*why);
    co_return what;
  }
  const auto& asked = std::get<message_finder::complete>(found);
  origin from;
  from.traceparent = begin_trace();
  reply given = co_await home_.calls().call(asked.in, asked.message, std::move(from), by_);
  const bool long_reply = given.bytes.size() > uncounted_reply_bytes;
  if (given.repeatable && long_reply && !connection_.try_hold(given.bytes.size())) {
    given = home_.calls().refuse(asked.in, asked.message, short_of_memory(), true);
  }
  connection_.consume(asked.bytes);
  connection_.give_back_input();
  if (!given.bytes.empty()) co_await send(given.bytes, asked.framed);
  idle_since_ = steady_clock::now();
  if (given.close) co_return next::close;
  if (!connection_.stopping()) co_return next::another;
  // Closing with unread input would reset the connection, and the client could lose the answer.
  const bool unread = !connection_.input().empty() || connection_.has_unread_bytes();
  co_return unread ? next::close : next::lost;
}

/// Waits for a whole message, or for what can never become one; incomplete if the connection ends before.
task<message_finder::verdict> session::next_message() {
  // Who is not known yet cannot have memory for long messages.
  const std::size_t bytes_max = by_.admitted ? options_.message_bytes_max
                                             : std::min(options_.message_bytes_max, options_.first_message_bytes_max);
  message_finder finder(bytes_max);
  bool begun = false;
  auto deadline = idle_since_ + options_.idle_deadline;
  while (true) {
    if (!begun && !connection_.input().empty()) {
      begun = true;
      deadline = steady_clock::now() + options_.request_deadline;
    }
    message_finder::verdict found = finder.look(connection_.input());
    if (!std::holds_alternative<message_finder::incomplete>(found)) co_return found;
    if (!begun && connection_.stopping() && !connection_.has_unread_bytes()) co_return found;
    // It may have ended during the last call.
    if (!begun && by_.admitted && !options_.gate.holds(by_.session)) co_return found;

    const auto room = connection_.room(bytes_max + frame_header_bytes);
    if (!room) {
      co_return message_finder::fault{short_of_memory(), true};
    }
    connection_.set_idle(!begun);
    const std::size_t received = co_await receive(*room, std::min(deadline, credential_ends()));
    connection_.set_idle(false);
    if (received > 0) continue;
    if (begun && connection_.overdue()) co_return message_finder::fault{"The message did not arrive in time."};
    // A stop was requested while a message was arriving: it is still answered.
    if (!begun && connection_.stopping() && !connection_.overdue() && connection_.has_unread_bytes()) continue;
    co_return message_finder::incomplete{};
  }
}

/// Answers what never became a message, if it was Thrift at all. After it nothing of the input can be made sense of.
task<session::next> session::refuse(const message_finder::fault& why) {
  const message_finder::beginning had = message_finder::begin_of(connection_.input());
  spdlog::debug("rpc refused: {}", why.detail);
  if (!had.in) co_return next::close;
  const reply given = home_.calls().refuse(*had.in, had.message, why.detail, why.overloaded);
  connection_.consume(connection_.input().size());
  connection_.give_back_input();
  if (!given.bytes.empty()) co_await send(given.bytes, had.framed);
  co_return next::close;
}

task<> session::send(std::string_view message, bool framed) {
  std::array<char, frame_header_bytes> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<char>(message.size() >> (8 * (length.size() - 1 - i)));
  }
  const std::string_view before(length.data(), framed ? length.size() : 0);
  std::string_view rest = message;
  const std::size_t sent = connection_.send_now({before, message});
  if (sent < before.size() + message.size()) {
    connection_.hold(message.size());
    const std::size_t of_length = std::min(sent, before.size());
    rest.remove_prefix(sent - of_length);
    co_await connection_.send({before.substr(of_length), rest}, steady_clock::now() + options_.write_deadline);
  }
  connection_.hold(0);
}

/// Receives into the connection's room() what comes until the deadline. The number of bytes; 0 if there is nothing
/// more, or not in time.
task<std::size_t> session::receive(boost::asio::mutable_buffer room, steady_clock::time_point deadline) {
  connection_.begin_wait(deadline);
  const auto [code, bytes] = co_await connection_.receive(room);
  const std::size_t received = code ? 0 : bytes;
  connection_.end_wait(received);
  connection_.received(received);
  co_return received;
}

}  // namespace weir::rpc
