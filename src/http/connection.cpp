#include "http/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <boost/asio/write.hpp>

#include "http/problem.hpp"
#include "http/worker.hpp"

namespace weir::http {
namespace {

/// Holds the heads of most requests. What a connection keeps that waits, and there may be thousands.
constexpr std::size_t first_capacity = 1024;
/// For a client that sends more at once: its requests are to arrive in whole, short bodies included.
constexpr std::size_t second_capacity = 4096;

std::array<boost::asio::const_buffer, 3> buffers_of(const connection::parts& bytes) {
  return {boost::asio::buffer(bytes[0]), boost::asio::buffer(bytes[1]), boost::asio::buffer(bytes[2])};
}

}  // namespace

connection::connection(worker& home, tcp_socket socket) : home_(home), socket_(std::move(socket)) {
  boost::system::error_code ignored;  // both are for speed
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

connection::~connection() {
  if (self_) *self_ = nullptr;
}

boost::asio::mutable_buffer connection::room(std::size_t bytes_max) {
  const std::size_t held = input_end_ - input_begin_;
  if (input_begin_ > 0) {
    std::memmove(input_.get(), input_.get() + input_begin_, held);
    input_begin_ = 0;
    input_end_ = held;
  }
  const bool too_small = was_filled_ && capacity_ < std::min(second_capacity, bytes_max);
  if (input_end_ == capacity_ || too_small) {
    const std::size_t next = capacity_ == 0 ? first_capacity : std::max(second_capacity, capacity_ * 2);
    const std::size_t wanted = std::max(std::min(next, bytes_max), capacity_ + 1);
    auto notifier = std::make_unique_for_overwrite<char[]>(wanted);
    if (held > 0) std::memcpy(notifier.get(), input_.get(), held);
    input_ = std::move(notifier);
    capacity_ = wanted;
  }
  return {input_.get() + input_end_, capacity_ - input_end_};
}

void connection::replace_input(std::string_view bytes) {
  if (bytes.size() > capacity_) {
    input_ = std::make_unique_for_overwrite<char[]>(bytes.size());
    capacity_ = bytes.size();
  }
  if (!bytes.empty()) std::memcpy(input_.get(), bytes.data(), bytes.size());
  input_begin_ = 0;
  input_end_ = bytes.size();
}

std::size_t connection::send_now(const parts& bytes) {
  boost::system::error_code code;
  const bool one = bytes[1].empty() && bytes[2].empty();
  const std::size_t sent =
      one ? socket_.write_some(boost::asio::buffer(bytes[0]), code) : socket_.write_some(buffers_of(bytes), code);
  if (code && code != boost::asio::error::would_block && code != boost::asio::error::try_again) throw connection_lost{};
  home_.traffic().sent(sent);
  return sent;
}

task<> connection::send(parts bytes, steady_clock::time_point deadline) {
  std::size_t sent = send_now(bytes);
  for (std::string_view& part : bytes) {
    const std::size_t of_part = std::min(sent, part.size());
    part.remove_prefix(of_part);
    sent -= of_part;
  }
  if (std::all_of(bytes.begin(), bytes.end(), [](std::string_view part) { return part.empty(); })) co_return;
  send_deadline_ = deadline;
  const auto [code, more] =
      co_await boost::asio::async_write(socket_, buffers_of(bytes), boost::asio::as_tuple(boost::asio::deferred));
  send_deadline_ = steady_clock::time_point::max();
  home_.traffic().sent(more);
  if (code) throw connection_lost{};
}

task<> connection::linger(std::chrono::milliseconds for_at_most) {
  boost::system::error_code code;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, code);
  const auto deadline = steady_clock::now() + for_at_most;
  std::array<char, 4096> discarded;
  while (!code) {
    begin_wait(deadline);
    const auto [received_code, bytes] = co_await receive(boost::asio::buffer(discarded));
    end_wait();
    // A client that sends without a pause would never let a wait become overdue.
    if (received_code || steady_clock::now() >= deadline) break;
  }
}

bool connection::has_unread_bytes() {
  boost::system::error_code code;
  return socket_.available(code) > 0 && !code;
}

void connection::watch_for_end() {
  if (watched_ || client_ended_) return;
  if (!self_) self_ = std::make_shared<connection*>(this);
  watched_ = true;
  socket_.async_wait(tcp_socket::wait_read, [self = self_](const boost::system::error_code& code) {
    if (*self == nullptr) return;
    (*self)->watched_ = false;
    if (!code) (*self)->look_for_end();
  });
}

void connection::look_for_end() {
  char next = 0;
  boost::system::error_code code;
  socket_.receive(boost::asio::buffer(&next, 1), boost::asio::socket_base::message_peek, code);
  client_ended_ = code && code != boost::asio::error::would_block && code != boost::asio::error::try_again;
  if (client_ended_ && wake_) wake_();
}

void connection::cancel_waits() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void connection::end_receiving() {
  const auto never = steady_clock::time_point::max();
  if (receive_deadline_ == never || send_deadline_ != never) return;
  overdue_ = true;
  cancel_waits();
}

/// Once one of the two is overdue the other has no use either: a client that does not read gets no answer.
void connection::end_overdue_wait(steady_clock::time_point now) {
  if (now < receive_deadline_ && now < send_deadline_) return;
  overdue_ = now >= receive_deadline_;
  cancel_waits();
}

void connection::ask_to_stop() {
  stopping_ = true;
  if (idle_) cancel_waits();
  if (wake_) wake_();
}

void connection::cut() {
  stopping_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (wake_) wake_();
}

}  // namespace weir::http
