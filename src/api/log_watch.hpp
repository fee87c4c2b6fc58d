#pragma once

#include <memory>

#include <boost/asio/execution_context.hpp>
#include <boost/intrusive/list.hpp>

#include "api/http_names.hpp"
#include "api/recent_events.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

namespace weir::api {

/// Wakes the exchanges of one I/O thread that wait for the log to grow: nobody polls.
///
/// Cost:         the engine tells each thread once of growth in quick succession; an exchange that waits is a timer.
/// Concurrency:  used on its thread.
/// Lifetime:     a service of the thread's io_context: made when first asked for, and gone before the context is. The
///               engine outlives it.
class log_watch : public boost::asio::execution_context::service {
 public:
  using key_type = log_watch;
  static boost::asio::execution_context::id id;

  explicit log_watch(boost::asio::execution_context& on);
  ~log_watch() override;

  /// Of the thread that the exchange is carried out on.
  static log_watch& of(exchange& x, engine& over);

  /// Waits until the log has grown, the time has come, the server stops, or the client was seen to end. Whoever looked
  /// at the head just before, without waiting for anything since, misses no growth.
  [[nodiscard]] task<> wait(exchange& x, steady_clock::time_point until);

  [[nodiscard]] recent_events& recent() { return *recent_; }

 private:
  struct waiter;
  using waiter_list = boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>>;

  void begin(boost::asio::io_context& on, engine& over);
  void wake_all();
  void shutdown() override;

  std::optional<recent_events> recent_;  ///< there once it has begun
  std::unique_ptr<waiter_list> waiting_;
  std::shared_ptr<commit_notifier::watcher> watcher_;
};

}  // namespace weir::api
