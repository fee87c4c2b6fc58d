#pragma once

#include <atomic>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/connection.hpp"
#include "http/options.hpp"
#include "http/router.hpp"
#include "http/traffic.hpp"

namespace weir::http {

/// One thread of the server, and the connections that live on it.
///
/// Concurrency:  the functions marked so may be called from any thread; the others only on its own.
/// Lifetime:     its connections' coroutines are owned by its io_context, and end before it does.
class worker {
 public:
  /// `ended` is called after each connection's end.
  worker(const server_options& options, const router& routes, traffic_shard& traffic, std::function<void()> ended);
  ~worker();

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] const server_options& options() const { return options_; }
  [[nodiscard]] const router& routes() const { return routes_; }
  [[nodiscard]] traffic_shard& traffic() { return traffic_; }

  /// From any thread.
  void start();
  /// From any thread: serves the connection, or refuses it with a 503.
  void adopt(tcp_socket socket, bool refuse);
  /// From any thread: closes idle connections, and lets each other one end with its present answer.
  void ask_to_stop();
  /// From any thread: closes all connections.
  void cut();
  /// From another thread: ends the thread, whatever is still going on.
  void join();

  /// The present time for the header field Date.
  [[nodiscard]] std::string_view date();

  // For connections.
  void add(connection& one);
  void removed();

 private:
  using connection_list = boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>>;

  void watch_deadlines();
  template <class Function>
  void for_each(Function function);

  const server_options& options_;
  const router& routes_;
  traffic_shard& traffic_;
  std::function<void()> ended_;
  connection_list connections_;
  boost::asio::io_context context_;
  boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, executor> watch_;
  std::chrono::milliseconds watch_every_;
  bool watching_ = false, stopping_ = false;
  std::time_t date_of_ = 0;
  std::string date_;
  boost::asio::executor_work_guard<executor> work_;
  std::thread thread_;
};

}  // namespace weir::http
