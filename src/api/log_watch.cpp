#include "api/log_watch.hpp"

#include <boost/asio/steady_timer.hpp>

namespace weir::api {
namespace {

using timer = boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, executor>;

}  // namespace

/// An exchange that waits.
struct log_watch::waiter
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  waiter(exchange& of, steady_clock::time_point until) : x(of), woken(of.context(), until) {
    x.on_interrupt([this] { woken.cancel(); });
  }
  ~waiter() { x.on_interrupt({}); }

  exchange& x;
  timer woken;
};

boost::asio::execution_context::id log_watch::id;

log_watch::log_watch(boost::asio::execution_context& on) : service(on), waiting_(std::make_unique<waiter_list>()) {}

log_watch::~log_watch() = default;

log_watch& log_watch::of(exchange& x, engine& over) {
  auto& here = boost::asio::use_service<log_watch>(x.context());
  if (!here.recent_) here.begin(x.context(), over);
  return here;
}

void log_watch::begin(boost::asio::io_context& on, engine& over) {
  recent_.emplace(over);
  watcher_ = over.watch(on.get_executor(), [this] { wake_all(); });
}

task<> log_watch::wait(exchange& x, steady_clock::time_point until) {
  x.watch_for_end();
  if (x.stopping() || x.client_ended()) co_return;
  waiter one(x, until);
  waiting_->push_back(one);
  co_await one.woken.async_wait(boost::asio::as_tuple(boost::asio::deferred));
}

void log_watch::wake_all() {
  for (waiter& each : *waiting_) each.woken.cancel();
}

/// The context ends, and with it its thread has.
void log_watch::shutdown() { watcher_.reset(); }

}  // namespace weir::api
