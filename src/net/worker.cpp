#include "net/worker.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "base/scheduling.hpp"

namespace weir::net {
namespace {

/// An eighth of the shortest deadline: what a deadline may come late by.
std::chrono::milliseconds watch_interval(const server_options& options) {
  const auto shortest =
      std::min({options.request_deadline, options.idle_deadline, options.write_deadline, options.linger_deadline});
  return std::clamp(shortest / 8, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

/// Sessions deal with their own errors: what gets here is a fault of ours.
void log_end(const std::exception_ptr& end) {
  if (!end) return;
  try {
    std::rethrow_exception(end);
  } catch (const std::exception& e) {
    spdlog::error("a connection ended with an unexpected error: {}", e.what());
  } catch (...) {
    spdlog::error("a connection ended with an unexpected error");
  }
}

}  // namespace

task<> protocol::refuse_plain(std::unique_ptr<connection>) { co_return; }

worker::worker(const server_options& options, std::unique_ptr<protocol> speaks, std::function<void()> ended)
    : options_(options),
      speaks_(std::move(speaks)),
      ended_(std::move(ended)),
      context_(1),
      turns_(context_.get_executor(), options.turn_length),
      watch_(context_),
      watch_every_(watch_interval(options)),
      work_(context_.get_executor()) {}

worker::~worker() { join(); }

void worker::start() {
  thread_ = std::thread([this] {
    use_batch_scheduling();
    context_.run();
  });
}

void worker::adopt(tcp_socket socket, bool refuse) {
  boost::asio::post(context_, [this, refuse, moved = std::move(socket)]() mutable { begin(std::move(moved), refuse); });
}

void worker::begin(tcp_socket socket, bool refuse) {
  auto made = std::make_unique<connection>(*this, std::move(socket));
  connections_.push_back(*made);
  counts().connection_opened();
  if (stopping_) made->ask_to_stop();
  if (!watching_) watch_deadlines();
  if (options_.tls) {
    boost::asio::co_spawn(context_, begin_over_tls(std::move(made), refuse), log_end);
    return;
  }
  boost::asio::co_spawn(context_, refuse ? speaks_->refuse(std::move(made)) : speaks_->serve(std::move(made)), log_end);
}

task<> worker::begin_over_tls(std::unique_ptr<connection> over, bool refuse) {
  if (over->stopping()) co_return;
  const auto fault = co_await over->shake_hands(*options_.tls, options_.tls_protocols,
                                                steady_clock::now() + options_.request_deadline);
  if (!fault) {
    counts().handshake_done();
    task<> further = refuse ? speaks_->refuse(std::move(over)) : speaks_->serve(std::move(over));
    co_await std::move(further);
    co_return;
  }
  if (over->stopping()) co_return;  // ended by us
  counts().handshake_failed(*fault);
  if (*fault == handshake_fault::overdue || *fault == handshake_fault::closed) co_return;
  if (*fault == handshake_fault::not_tls) {
    co_await speaks_->refuse_plain(std::move(over));
    co_return;
  }
  co_await over->linger(options_.linger_deadline);  // so that the client reads the alert, and no reset
}

void worker::ask_to_stop() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    for_each([](connection& one) { one.ask_to_stop(); });
  });
}

void worker::cut() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    for_each([](connection& one) { one.cut(); });
  });
}

void worker::wake_all() {
  boost::asio::post(context_, [this] { for_each([](connection& one) { one.wake(); }); });
}

void worker::join() {
  work_.reset();
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void worker::removed() {
  counts().connection_closed();
  ended_();
}

void worker::watch_deadlines() {
  watching_ = !connections_.empty();
  if (!watching_) return;
  watch_.expires_after(watch_every_);
  watch_.async_wait([this](const boost::system::error_code& code) {
    if (code) return;
    const auto now = steady_clock::now();
    for_each([now](connection& one) { one.end_overdue_wait(now); });
    watch_deadlines();
  });
}

/// None of the functions ends a connection on the spot: cancelled waits are resumed later.
template <class Function>
void worker::for_each(Function function) {
  for (connection& one : connections_) function(one);
}

}  // namespace weir::net
