#include "net/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <spdlog/spdlog.h>

#include "net/worker.hpp"

namespace weir::net {
namespace {

/// Holds the heads of most requests. What a connection keeps that waits, and there may be thousands.
constexpr std::size_t first_capacity = 1024;
/// For a client that sends more at once: its requests are to arrive in whole, short bodies included.
constexpr std::size_t second_capacity = 4096;
/// What a connection may keep.
constexpr std::size_t kept_capacity_max = memory_budget::uncounted_bytes;

stream::buffers buffers_of(const connection::parts& bytes) {
  return {boost::asio::buffer(bytes[0]), boost::asio::buffer(bytes[1]), boost::asio::buffer(bytes[2])};
}

void remove_first(connection::parts& bytes, std::size_t count) {
  for (std::string_view& part : bytes) {
    const std::size_t of_part = std::min(count, part.size());
    part.remove_prefix(of_part);
    count -= of_part;
  }
}

bool is_empty(const connection::parts& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::string_view part) { return part.empty(); });
}

}  // namespace

connection::connection(worker& home, tcp_socket socket)
    : home_(home), counts_(home.counts()), stream_(std::move(socket)), memory_(*home.options().bodies) {}

connection::~connection() {
  if (self_) *self_ = nullptr;
  unlink();
  home_.removed();
}

boost::asio::io_context& connection::context() const { return home_.context(); }

std::size_t connection::input_bytes() const { return capacity_ > kept_capacity_max ? capacity_ : 0; }

bool connection::try_hold(std::size_t bytes) {
  if (!memory_.try_hold(input_bytes() + bytes)) return false;
  held_beside_input_ = bytes;
  return true;
}

void connection::hold(std::size_t bytes) {
  held_beside_input_ = bytes;
  memory_.hold(input_bytes() + bytes);
}

void connection::give_back_input() {
  if (input_begin_ < input_end_ || capacity_ <= kept_capacity_max) return;
  input_.reset();
  capacity_ = input_begin_ = input_end_ = 0;
  memory_.hold(held_beside_input_);
}

std::optional<boost::asio::mutable_buffer> connection::room(std::size_t bytes_max) {
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
    if (wanted > kept_capacity_max && !memory_.try_hold(wanted + held_beside_input_)) return std::nullopt;
    auto grown = std::make_unique_for_overwrite<char[]>(wanted);
    if (held > 0) std::memcpy(grown.get(), input_.get(), held);
    input_ = std::move(grown);
    capacity_ = wanted;
  }
  return boost::asio::mutable_buffer{input_.get() + input_end_, capacity_ - input_end_};
}

void connection::replace_input(std::string_view bytes) {
  if (bytes.size() > capacity_) {
    input_ = std::make_unique_for_overwrite<char[]>(bytes.size());
    capacity_ = bytes.size();
    hold(held_beside_input_);
  }
  if (!bytes.empty()) std::memcpy(input_.get(), bytes.data(), bytes.size());
  input_begin_ = 0;
  input_end_ = bytes.size();
}

std::size_t connection::send_now(const parts& bytes) {
  boost::system::error_code code;
  const std::size_t sent = stream_.write_some(buffers_of(bytes), code);
  if (code) throw connection_lost{};
  counts_.sent(sent);
  return sent;
}

task<> connection::send(parts bytes, steady_clock::time_point deadline) {
  remove_first(bytes, send_now(bytes));
  while (!is_empty(bytes)) {
    send_deadline_ = deadline;
    const auto [code] = co_await stream_.await_writable();
    co_await take_turn(turn_queue::rank::further);
    send_deadline_ = steady_clock::time_point::max();
    // A wait that was not for the socket was not cancelled.
    if (code || steady_clock::now() >= deadline) throw connection_lost{};
    remove_first(bytes, send_now(bytes));
  }
}

task<turn> connection::take_turn(turn_queue::rank of) { return home_.turns().next(of); }

task<std::optional<handshake_fault>> connection::shake_hands(const tls_identity& as,
                                                             const std::vector<std::string>& protocols,
                                                             steady_clock::time_point deadline) {
  stream_.begin_tls(as, protocols);
  set_idle(true);  // nothing has been asked of us
  begin_wait(deadline);
  const auto [code, none] = co_await stream_.shake_hands();
  end_wait(0);
  set_idle(false);
  if (!code) {
    if (auto shown = stream_.tls()->peer()) peer_ = std::make_shared<const peer_certificate>(std::move(*shown));
    if (spdlog::should_log(spdlog::level::trace)) {
      spdlog::trace("{}: a TLS handshake with {}{}", home_.options().name, stream_.tls()->description(),
                    peer_ ? " and the client " + peer_->subject : "");
    }
    co_return std::nullopt;
  }
  const auto fault = overdue() ? handshake_fault::overdue : stream_.tls()->fault().value_or(handshake_fault::closed);
  spdlog::debug("{}: a TLS handshake failed: {} {}", home_.options().name, name_of(fault), stream_.tls()->fault_text());
  stream_.forget_tls();
  co_return fault;
}

task<> connection::linger(std::chrono::milliseconds for_at_most) {
  const auto deadline = steady_clock::now() + for_at_most;
  if (stream_.tls() != nullptr) {
    begin_wait(deadline);
    const auto [code, none] = co_await stream_.end_sending_over_tls();
    end_wait(0);
    if (code) co_return;
  }
  const bool open = stream_.end_sending();
  std::array<char, 4096> discarded;
  while (open) {
    begin_wait(deadline);
    const auto [code, bytes] = co_await receive(boost::asio::buffer(discarded));
    end_wait(0);
    // A client that sends without a pause would never let a wait become overdue.
    if (code || steady_clock::now() >= deadline) break;
  }
}

void connection::watch_for_end() {
  if (watched_ || client_ended_) return;
  if (!self_) self_ = std::make_shared<connection*>(this);
  watched_ = true;
  stream_.await_readable([self = self_](const boost::system::error_code& code) {
    if (*self == nullptr) return;
    (*self)->watched_ = false;
    if (!code) (*self)->look_for_end();
  });
}

void connection::look_for_end() {
  const stream::arrived next = stream_.look();
  client_ended_ = next == stream::arrived::end;
  if (client_ended_ && wake_) wake_();
  if (next == stream::arrived::nothing) watch_for_end();  // a part of a record of TLS, or a record without data
}

void connection::end_receiving() {
  const auto never = steady_clock::time_point::max();
  if (receive_deadline_ == never || send_deadline_ != never) return;
  overdue_ = true;
  stream_.cancel();
}

/// Once one of the two is overdue the other has no use either: a client that does not read gets no answer.
void connection::end_overdue_wait(steady_clock::time_point now) {
  if (now < receive_deadline_ && now < send_deadline_) return;
  overdue_ = now >= receive_deadline_;
  stream_.cancel();
}

void connection::ask_to_stop() {
  stopping_ = true;
  if (idle_) stream_.cancel();
  if (wake_) wake_();
}

void connection::cut() {
  stopping_ = true;
  stream_.close();
  if (wake_) wake_();
}

}  // namespace weir::net
