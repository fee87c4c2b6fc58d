#include "net/server.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include "net/worker.hpp"

namespace weir::net {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using acceptor = asio::basic_socket_acceptor<tcp, executor>;
using timer = asio::basic_waitable_timer<steady_clock, asio::wait_traits<steady_clock>, executor>;

constexpr std::chrono::milliseconds accept_pause_min{5};
constexpr std::chrono::milliseconds accept_pause_max{1000};
/// How long what a connection waits for beside its client may go on after the connection was cut.
constexpr std::chrono::seconds last_waits_deadline{5};

/// Whether accepting failed for want of something that others will give back. (Otherwise the client was gone already.)
bool is_shortage(const boost::system::error_code& code) {
  return code == boost::system::errc::too_many_files_open ||
         code == boost::system::errc::too_many_files_open_in_system || code == boost::system::errc::no_buffer_space ||
         code == boost::system::errc::not_enough_memory;
}

error listen_error(const address& where, const boost::system::error_code& code) {
  const errc kind = code == asio::error::address_in_use ? errc::in_use : errc::io;
  return {kind, "cannot listen on " + where.text() + ": " + code.message()};
}

}  // namespace

class server::implementation {
 public:
  implementation(server_options options, const make_protocol& make) : options_(std::move(options)) {
    std::size_t threads = options_.threads;
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < threads; ++i) {
      workers_.push_back(std::make_unique<worker>(options_, make(), [this] { connection_ended(); }));
    }
  }

  ~implementation() {
    stop();
    if (!wait_until_none(last_waits_deadline)) {
      spdlog::critical("{} connections of {} did not end even after they were cut; abandoning them", open_.load(),
                       options_.name);
    }
    for (const auto& each : workers_) each->join();
  }

  result<address> listen(const address& where) {
    boost::system::error_code code;
    const tcp::endpoint at(asio::ip::make_address(where.host, code), where.port);
    if (code) return error{errc::invalid, "'" + where.host + "' is not an IP address"};
    auto made = std::make_unique<listener>(workers_.front()->context());
    made->socket.open(at.protocol(), code);
    if (!code) made->socket.set_option(asio::socket_base::reuse_address(true), code);
    if (!code) made->socket.bind(at, code);
    if (!code) made->socket.listen(asio::socket_base::max_listen_connections, code);
    if (!code) made->socket.non_blocking(true, code);
    if (code) return listen_error(where, code);
    address bound = where;
    bound.port = made->socket.local_endpoint(code).port();
    if (code) return listen_error(where, code);
    listeners_.push_back(std::move(made));
    return bound;
  }

  void start() {
    accepting_ = listeners_.size();
    for (const auto& each : listeners_) {
      asio::co_spawn(workers_.front()->context(), accept(*each), [this](const std::exception_ptr& end) {
        if (end)
          spdlog::critical("{} accepts no more connections: its accept loop ended with an exception", options_.name);
        accepting_.fetch_sub(1);
        one_ended();
      });
    }
    for (const auto& each : workers_) each->start();
    started_ = true;
  }

  void wake_all() {
    for (const auto& each : workers_) each->wake_all();
  }

  void stop() {
    if (!started_ || stopped_) return;
    stopped_ = true;
    stopping_ = true;
    asio::post(workers_.front()->context(), [this] {
      for (const auto& each : listeners_) {
        boost::system::error_code ignored;
        each->socket.close(ignored);
        each->pause.cancel();
      }
    });
    for (const auto& each : workers_) each->ask_to_stop();
    if (wait_until_none(options_.drain_deadline)) return;
    spdlog::warn("cutting {} connections of {}: they did not end in time", open_.load(), options_.name);
    for (const auto& each : workers_) each->cut();
    wait_until_none(std::chrono::seconds{1});
  }

 private:
  struct listener {
    explicit listener(asio::io_context& context) : socket(context), pause(context) {}
    acceptor socket;
    timer pause;
  };

  /// Takes connections until the socket is closed. An error never ends it: what is short is waited for.
  task<> accept(listener& from) {
    auto pause = accept_pause_min;
    while (!stopping_) {
      worker& home = *workers_[next_worker_++ % workers_.size()];
      tcp_socket socket(home.context());
      const auto [code] = co_await from.socket.async_accept(socket, asio::as_tuple(asio::deferred));
      if (stopping_) break;
      if (!code) {
        pause = accept_pause_min;
        hand_over(home, std::move(socket));
        accept_those_who_wait(from);
        continue;
      }
      counts().accept_failed();
      if (!is_shortage(code)) continue;
      spdlog::warn("cannot accept a connection of {}: {}; trying again in {} ms", options_.name, code.message(),
                   pause.count());
      from.pause.expires_after(pause);
      co_await from.pause.async_wait(asio::as_tuple(asio::deferred));
      pause = std::min(pause * 2, accept_pause_max);
    }
  }

  /// One look at the sockets shows the loop one connection. More may wait, and other work takes time between two looks.
  void accept_those_who_wait(listener& from) {
    for (std::size_t count = 1; count < limits::accepted_at_once && !stopping_; ++count) {
      worker& home = *workers_[next_worker_ % workers_.size()];
      tcp_socket socket(home.context());
      boost::system::error_code code;
      from.socket.accept(socket, code);
      if (code) return;  // nobody waits any more; any other error comes again in the loop, which deals with it
      ++next_worker_;
      hand_over(home, std::move(socket));
    }
  }

  /// The accept loops are on the first worker's thread.
  [[nodiscard]] observer& counts() { return workers_.front()->counts(); }

  void hand_over(worker& home, tcp_socket socket) {
    const std::size_t open = open_.fetch_add(1);
    if (open >= options_.connections_max + options_.refusals_max) {
      counts().connection_refused();
      boost::system::error_code ignored;
      socket.close(ignored);
      connection_ended();
      return;
    }
    home.adopt(std::move(socket), open >= options_.connections_max);
  }

  void connection_ended() {
    if (open_.fetch_sub(1) == 1) one_ended();
  }

  void one_ended() {
    const std::lock_guard lock(mutex_);
    none_left_.notify_all();
  }

  bool wait_until_none(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    return none_left_.wait_for(lock, at_most, [this] { return open_ == 0 && accepting_ == 0; });
  }

  const server_options options_;
  std::atomic<std::size_t> open_{0};       ///< connections
  std::atomic<std::size_t> accepting_{0};  ///< accept loops
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable none_left_;
  bool started_ = false, stopped_ = false;
  std::size_t next_worker_ = 0;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::unique_ptr<listener>> listeners_;  // before the workers' contexts end, their sockets do
};

server::server(server_options options, const make_protocol& make)
    : implementation_(std::make_unique<implementation>(std::move(options), make)) {}
server::~server() = default;

result<address> server::listen(const address& where) { return implementation_->listen(where); }
void server::start() { implementation_->start(); }
void server::stop() { implementation_->stop(); }
void server::wake_all() { implementation_->wake_all(); }

}  // namespace weir::net
