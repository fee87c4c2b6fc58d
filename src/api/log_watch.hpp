#pragma once

#include <memory>

#include <boost/asio/execution_context.hpp>
#include <boost/intrusive/list.hpp>

#include "api/http_names.hpp"
#include "api/recent_events.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

namespace weir::api {

/// Wakes the exchanges of one I/O thread that wait for new commits: nothing polls.
///
/// Cost:         the engine notifies each thread once for several commits in quick succession; a waiting exchange costs
///               one timer.
/// Concurrency:  used on its thread.
/// Lifetime:     a service of the thread's io_context: made when first asked for, and gone before the context is. The
///               engine outlives it.
class log_watch : public boost::asio::execution_context::service {
 public:
  using key_type = log_watch;
  static boost::asio::execution_context::id id;

  explicit log_watch(boost::asio::execution_context& on);
  ~log_watch() override;

  /// The log_watch of the exchange's thread.
  static log_watch& of(exchange& x, engine& over);

  /// Waits until a new commit, this time, a stop of the server, or the end of the client. A caller that read the head
  /// just before, without an await in between, misses no commit.
  [[nodiscard]] task<> wait(exchange& x, steady_clock::time_point until);

  [[nodiscard]] recent_events& recent() { return *recent_; }

 private:
  struct waiter;
  using waiter_list = boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>>;

  void begin(boost::asio::io_context& on, engine& over);
  void wake_all();
  void shutdown() override;

  std::optional<recent_events> recent_;  ///< made on first use
  std::unique_ptr<waiter_list> waiting_;
  std::shared_ptr<commit_notifier::watcher> watcher_;
};

}  // namespace weir::api
