#include "rpc/worker.hpp"

#include <algorithm>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "base/scheduling.hpp"
#include "rpc/session.hpp"

namespace weir::rpc {
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
    spdlog::error("an RPC connection ended with an unexpected error: {}", e.what());
  } catch (...) {
    spdlog::error("an RPC connection ended with an unexpected error");
  }
}

}  // namespace

worker::worker(const server_options& options, dispatcher& calls, std::function<void()> ended)
    : options_(options),
      calls_(calls),
      ended_(std::move(ended)),
      context_(1),
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

void worker::adopt(tcp_socket socket) {
  boost::asio::post(context_, [this, moved = std::move(socket)]() mutable {
    auto made = std::make_unique<session>(*this, std::move(moved));
    boost::asio::co_spawn(context_, session::run(std::move(made)), log_end);
  });
}

void worker::ask_to_stop() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    for (connection& one : connections_) one.ask_to_stop();
  });
}

void worker::cut() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    for (connection& one : connections_) one.cut();
  });
}

void worker::join() {
  work_.reset();
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void worker::add(connection& one) {
  connections_.push_back(one);
  if (stopping_) one.ask_to_stop();
  if (!watching_) watch_deadlines();
}

void worker::watch_deadlines() {
  watching_ = !connections_.empty();
  if (!watching_) return;
  watch_.expires_after(watch_every_);
  watch_.async_wait([this](const boost::system::error_code& code) {
    if (code) return;
    // None of the connections ends on the spot: cancelled waits are resumed later.
    const auto now = steady_clock::now();
    for (connection& one : connections_) one.end_overdue_wait(now);
    watch_deadlines();
  });
}

}  // namespace weir::rpc
