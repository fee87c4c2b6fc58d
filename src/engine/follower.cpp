#include "engine/follower.hpp"

#include <algorithm>
#include <system_error>

#include <spdlog/spdlog.h>
#include <sys/resource.h>

namespace weir {
namespace {

using steady_clock = std::chrono::steady_clock;

constexpr std::chrono::seconds look_interval{1};
constexpr std::chrono::seconds report_interval{10};
/// The pause after events that changed no row, so that other domains' single events are skipped in groups.
constexpr std::chrono::milliseconds others_pause{5};
constexpr std::chrono::seconds first_pause{1}, longest_pause{60};
/// The kernel's priority of a building thread: below all threads that serve requests.
constexpr int building_niceness = 10;

}  // namespace

follower::follower(follower_dependencies with, const domain& of, const projection_type& projection, view_family target,
                   std::function<void()> serves)
    : with_(std::move(with)),
      domain_(of),
      projection_(projection),
      serves_(std::move(serves)),
      builder_(with_.state, of, projection),
      target_(std::move(target)) {
  now_.reached = target_.checkpoint.value_or(position{});
  now_.building = !target_.serving || !projection.async;
  thread_ = std::thread([this] { run(); });
}

follower::~follower() {
  ask_to_stop();
  join();
}

void follower::ask_to_stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    if (awaited_) awaited_->give_up();
  }
  asked_.notify_all();
  with_.notifier.tell();
}

void follower::join() {
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
}

bool follower::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

follower::status follower::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

bool follower::stopping() const {
  const std::lock_guard lock(mutex_);
  return stop_;
}

void follower::run() {
  follow();
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

void follower::follow() {
  if (now_.building) {
    setpriority(PRIO_PROCESS, 0, building_niceness);  // a wish: without it, it is only less polite
    spdlog::info("building the view {} from position {} of {}", projection_.name, target_.checkpoint->value,
                 head().value);
  }
  begun_ = reported_ = steady_clock::now();
  while (!stopping()) {
    const std::uint64_t seen = with_.notifier.times();
    const position head_before = head();
    const auto working_since = steady_clock::now();
    bool changed = false;
    if (const auto fault = advance(changed)) {
      fail(*fault);
      continue;
    }
    if (replaced_) return;
    const std::uint64_t left = head().value - target_.checkpoint->value;
    if (now_.building && left <= view_builder::last_events_max) {
      if (promote() == next::end) return;
    } else if (now_.building) {
      report_progress();
      // Commands come first: if there are any, they get half of the time.
      if (head() != head_before) rest(steady_clock::now() - working_since);
    } else if (left == 0) {
      if (!changed) rest(others_pause);
      with_.notifier.wait_for_more_than(seen, steady_clock::now() + look_interval);
    }
  }
}

/// Applies the next events, as many as make one write. `changed`: false if there were some, and none changed a row.
std::optional<view_builder::fault> follower::advance(bool& changed) {
  changed = true;
  const auto part = next_part();
  if (!part) return view_builder::fault{target_.checkpoint->next(), part.error()};
  if (part->last == *target_.checkpoint) return std::nullopt;
  const auto done = builder_.advance(target_, *part);
  if (done.replaced) {
    replaced_ = true;
    return std::nullopt;
  }
  changed = done.changed;
  if (done.reached != *target_.checkpoint) {
    {
      const std::lock_guard lock(mutex_);
      now_.events_done += done.reached.value - target_.checkpoint->value;
      now_.reached = done.reached;
      now_.failed.reset();
    }
    target_.checkpoint = done.reached;
    // For readers that wait for these rows.
    if (target_.serving) with_.notifier.tell();
  }
  return done.stop;
}

/// The part after the checkpoint. While rows are being built, the next part is read ahead.
result<log_part> follower::next_part() {
  const position after = *target_.checkpoint;
  auto part = ahead_ && ahead_->after == after ? ahead_->part.get() : builder_.read(after);
  ahead_.reset();
  if (now_.building && part && after < part->last) {
    const position then = part->last;
    try {
      ahead_ = reading{then, std::async(std::launch::async, [this, then] { return builder_.read(then); })};
    } catch (const std::system_error&) {
      // No thread is available: the part is read later.
    }
  }
  return part;
}

/// Makes the family serve, if it can be brought up to the end of the event log.
follower::next follower::promote() {
  auto came_to = promoted_by_whom_it_is_for();
  if (!came_to) return next::end;  // asked to stop, or the sequencer works no more
  if (const auto* why = std::get_if<view_builder::fault>(&*came_to)) {
    fail(*why);
    return next::go_on;
  }
  auto& done = std::get<view_builder::promoted>(*came_to);
  if (done.how == view_builder::outcome::too_far) return next::go_on;
  if (done.how == view_builder::outcome::replaced) return next::end;
  const position reached = done.family.checkpoint.value_or(head());
  target_ = std::move(done.family);
  {
    const std::lock_guard lock(mutex_);
    now_.building = false;
    now_.done = !projection_.async;
    now_.reached = reached;
    now_.failed.reset();
  }
  spdlog::info("the view {} is built, up to position {}", projection_.name, reached.value);
  serves_();
  with_.notifier.tell();
  return projection_.async ? next::go_on : next::end;
}

/// An async view is promoted here; an inline one by the sequencer, because nothing may be committed meanwhile. Nothing
/// if the wait was given up.
std::optional<promotion_reply::value> follower::promoted_by_whom_it_is_for() {
  if (projection_.async) return builder_.promote(target_);
  const auto reply = std::make_shared<promotion_reply>();
  {
    const std::lock_guard lock(mutex_);
    if (stop_) return std::nullopt;
    awaited_ = reply;
  }
  std::optional<promotion_reply::value> came_to;
  if (with_.between_batches({&domain_, &projection_, target_, reply})) came_to = reply->wait();
  const std::lock_guard lock(mutex_);
  awaited_.reset();
  return came_to;
}

void follower::fail(const view_builder::fault& fault) {
  std::chrono::seconds pause = first_pause;
  // On a full disk all followers fail again and again, and the watchdog has said why.
  bool is_known = false;
  {
    const std::lock_guard lock(mutex_);
    is_known = now_.failed && fault.why.code == errc::unavailable;
    projection_status::failure failure;
    failure.at = fault.at;
    failure.cause = fault.why.detail;
    failure.attempts = now_.failed ? now_.failed->attempts + 1 : 1;
    for (unsigned i = 1; i < failure.attempts && pause < longest_pause; ++i) pause *= 2;
    pause = std::min(pause, longest_pause);
    failure.retry_at = wall_clock_now() + pause;
    now_.failed = failure;
  }
  if (!is_known) {
    spdlog::error("the projection {} is stopped at position {}: it cannot apply position {}: {} (next try in {} s)",
                  projection_.name, target_.checkpoint.value_or(position{}).value, fault.at.value, fault.why.detail,
                  pause.count());
  }
  rest(pause);
}

void follower::rest(steady_clock::duration time) {
  std::unique_lock lock(mutex_);
  asked_.wait_for(lock, time, [this] { return stop_; });
}

void follower::report_progress() {
  const auto now = steady_clock::now();
  const std::lock_guard lock(mutex_);
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  if (seconds > 0) now_.events_per_second = static_cast<double>(now_.events_done) / seconds;
  if (now - reported_ < report_interval) return;
  reported_ = now;
  spdlog::info("building the view {}: at position {} of {}, {:.0f} events/s", projection_.name, now_.reached.value,
               head().value, now_.events_per_second);
}

}  // namespace weir
