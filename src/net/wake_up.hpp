#pragma once

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/task.hpp"

namespace weir::net {

/// A signal for one coroutine, from others on the same thread, to check its condition again.
class wake_up {
 public:
  explicit wake_up(const executor& on) : timer_(on, boost::asio::steady_timer::time_point::max()) {}

  /// Returns after the next notify(), or at once if there was one since the last wait.
  [[nodiscard]] task<> wait() {
    if (!notified_) co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::deferred));
    notified_ = false;
  }

  void notify() {
    notified_ = true;
    timer_.cancel();
  }

 private:
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    executor>
      timer_;
  bool notified_ = false;
};

}  // namespace weir::net
