#include "rpc/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <boost/asio/write.hpp>

namespace weir::rpc {
namespace {

constexpr std::size_t first_capacity = 4096;
/// What a connection may keep. Room for input beyond this is of the memory for bodies, and given back.
constexpr std::size_t kept_capacity_max = memory_budget::uncounted_bytes;
/// What mostly fits into the socket's buffer at once.
constexpr std::size_t uncounted_reply_bytes = 64u << 10;

}  // namespace

connection::connection(tcp_socket socket, memory_budget& bodies) : socket_(std::move(socket)), memory_(bodies) {
  boost::system::error_code ignored;  // both are for speed
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

std::size_t connection::input_bytes() const { return capacity_ > kept_capacity_max ? capacity_ : 0; }

bool connection::try_hold_for_reply(std::size_t bytes) {
  return bytes <= uncounted_reply_bytes || memory_.try_hold(input_bytes() + bytes);
}

void connection::consume(std::size_t bytes) {
  input_begin_ += bytes;
  if (input_begin_ < input_end_) return;
  input_begin_ = input_end_ = 0;
  if (capacity_ <= kept_capacity_max) return;
  input_.reset();
  capacity_ = 0;
  memory_.hold(0);
}

std::optional<boost::asio::mutable_buffer> connection::room(std::size_t bytes_max) {
  const std::size_t held = input_end_ - input_begin_;
  if (input_begin_ > 0) {
    std::memmove(input_.get(), input_.get() + input_begin_, held);
    input_begin_ = 0;
    input_end_ = held;
  }
  if (input_end_ == capacity_) {
    const std::size_t wanted = std::max(std::min(std::max(first_capacity, capacity_ * 2), bytes_max), capacity_ + 1);
    if (wanted > kept_capacity_max && !memory_.try_hold(wanted)) return std::nullopt;
    auto notifier = std::make_unique_for_overwrite<char[]>(wanted);
    if (held > 0) std::memcpy(notifier.get(), input_.get(), held);
    input_ = std::move(notifier);
    capacity_ = wanted;
  }
  return boost::asio::mutable_buffer{input_.get() + input_end_, capacity_ - input_end_};
}

task<std::size_t> connection::receive(boost::asio::mutable_buffer room, steady_clock::time_point deadline) {
  begin_wait(deadline);
  const auto [code, bytes] = co_await socket_.async_read_some(room, boost::asio::as_tuple(boost::asio::deferred));
  end_wait();
  if (code) co_return 0;
  input_end_ += bytes;
  co_return bytes;
}

task<> connection::send(std::string_view first, std::string_view second, steady_clock::time_point deadline) {
  const std::array<boost::asio::const_buffer, 2> all{boost::asio::buffer(first), boost::asio::buffer(second)};
  boost::system::error_code at_once;
  const std::size_t sent = socket_.write_some(all, at_once);
  const bool full = at_once == boost::asio::error::would_block || at_once == boost::asio::error::try_again;
  if (at_once && !full) throw connection_lost{};
  if (sent == first.size() + second.size()) {
    memory_.hold(input_bytes());
    co_return;
  }

  memory_.hold(input_bytes() + second.size());
  const std::size_t of_first = std::min(sent, first.size());
  first.remove_prefix(of_first);
  second.remove_prefix(sent - of_first);
  const std::array<boost::asio::const_buffer, 2> rest{boost::asio::buffer(first), boost::asio::buffer(second)};
  begin_wait(deadline);
  const auto [code, bytes] =
      co_await boost::asio::async_write(socket_, rest, boost::asio::as_tuple(boost::asio::deferred));
  end_wait();
  memory_.hold(input_bytes());
  if (code) throw connection_lost{};
}

task<> connection::linger(std::chrono::milliseconds for_at_most) {
  boost::system::error_code code;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, code);
  const auto deadline = steady_clock::now() + for_at_most;
  std::array<char, 4096> discarded;
  while (!code) {
    begin_wait(deadline);
    const auto [received_code, bytes] =
        co_await socket_.async_read_some(boost::asio::buffer(discarded), boost::asio::as_tuple(boost::asio::deferred));
    end_wait();
    // A client that sends without a pause would never let a wait become overdue.
    if (received_code || steady_clock::now() >= deadline) break;
  }
}

bool connection::has_unread_bytes() {
  boost::system::error_code code;
  return socket_.available(code) > 0 && !code;
}

void connection::begin_wait(steady_clock::time_point deadline) {
  deadline_ = deadline;
  overdue_ = false;
}

void connection::cancel_waits() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void connection::end_overdue_wait(steady_clock::time_point now) {
  if (now < deadline_) return;
  overdue_ = true;
  cancel_waits();
}

void connection::ask_to_stop() {
  stopping_ = true;
  if (idle_) cancel_waits();
}

void connection::cut() {
  stopping_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir::rpc
