#pragma once

#include <functional>
#include <memory>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/connection.hpp"
#include "net/options.hpp"
#include "net/protocol.hpp"
#include "net/turns.hpp"

namespace weir::net {

/// One thread of the server, and the connections that live on it.
///
/// Concurrency:  the functions marked so may be called from any thread; the others only on its own.
/// Lifetime:     its connections' coroutines are owned by its io_context, and end before it does.
class worker {
 public:
  /// `ended` is called after each connection's end.
  worker(const server_options& options, std::unique_ptr<protocol> speaks, std::function<void()> ended);
  ~worker();

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] const server_options& options() const { return options_; }
  [[nodiscard]] observer& counts() { return speaks_->counts(); }
  [[nodiscard]] turn_queue& turns() { return turns_; }

  /// From any thread.
  void start();
  /// From any thread: serves the connection, or refuses it.
  void adopt(tcp_socket socket, bool refuse);
  /// From any thread: closes idle connections, and lets each other connection end after its current answer.
  void ask_to_stop();
  /// From any thread: closes all connections.
  void cut();
  void wake_all();
  /// From another thread: ends the thread, even if work is in progress.
  void join();

  /// For connections: one has ended.
  void removed();

 private:
  using connection_list = boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>>;

  void begin(tcp_socket socket, bool refuse);
  [[nodiscard]] task<> begin_over_tls(std::unique_ptr<connection> over, bool refuse);
  void watch_deadlines();
  template <class Function>
  void for_each(Function function);

  const server_options& options_;
  std::unique_ptr<protocol> speaks_;
  std::function<void()> ended_;
  connection_list connections_;
  boost::asio::io_context context_;
  turn_queue turns_;
  boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, executor> watch_;
  std::chrono::milliseconds watch_every_;
  bool watching_ = false, stopping_ = false;
  boost::asio::executor_work_guard<executor> work_;
  std::thread thread_;
};

}  // namespace weir::net
