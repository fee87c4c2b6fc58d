#include "engine/follower.hpp"

#include <algorithm>
#include <system_error>

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "state/row_access.hpp"

namespace weir {
namespace {

using steady_clock = std::chrono::steady_clock;

/// How much of the log may be left for the sequencer to apply when a family takes its place: a few milliseconds' worth.
constexpr std::uint64_t last_events_max = 512;
constexpr std::chrono::seconds look_interval{1};
constexpr std::chrono::seconds report_interval{10};
/// After events that changed no row: so that what others write one by one is passed over in pieces.
constexpr std::chrono::milliseconds others_pause{5};
constexpr std::chrono::seconds first_pause{1}, longest_pause{60};
/// The kernel's priority of a thread that builds: after all that somebody waits for.
constexpr int building_niceness = 10;

/// Streams of other categories hold nothing for a projection; "" where its domain has several.
std::string category_for(const domain& of) { return of.aggregates.size() == 1 ? of.aggregates.front()->category : ""; }

}  // namespace

follower::follower(follower_dependencies around, const domain& of, const projection_type& projection,
                   view_family target, std::function<void()> replace)
    : with_(std::move(around)),
      domain_(of),
      projection_(projection),
      category_(category_for(of)),
      replace_(std::move(replace)),
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
  }
  asked_.notify_all();
  with_.notifier.tell();
}

void follower::join() {
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
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
  if (now_.building) {
    setpriority(PRIO_PROCESS, 0, building_niceness);  // a wish: without it, it is only less polite
    spdlog::info("building the view {} from position {} of {}", projection_.name, target_.checkpoint->value,
                 with_.journal.last().value);
  }
  begun_ = reported_ = steady_clock::now();
  while (!stopping()) {
    const std::uint64_t seen = with_.notifier.times();
    const position head = with_.journal.last();
    const auto working_since = steady_clock::now();
    const auto advanced = advance();
    if (!advanced) {
      fail(advanced.error());
      continue;
    }
    const std::uint64_t left = with_.journal.last().value - target_.checkpoint->value;
    if (now_.building && left <= last_events_max) {
      const auto finished = finish();
      if (!finished) {
        fail(finished.error());
        continue;
      }
      if (*finished && !projection_.async) return;
    } else if (now_.building) {
      report_progress();
      // Commands come first: with others at work, half of the time is theirs.
      if (with_.journal.last() != head) rest(steady_clock::now() - working_since);
    } else if (left == 0) {
      if (!*advanced) rest(others_pause);
      with_.notifier.wait_for_more_than(seen, steady_clock::now() + look_interval);
    }
  }
}

/// Applies the next events, as many as make one write. False if there were some, and none changed a row.
result<bool> follower::advance() {
  failing_at_ = target_.checkpoint->next();
  const auto part = next_part();
  if (!part) return part.error();
  if (part->last == *target_.checkpoint) return true;

  auto changes = with_.store.begin();
  position reached = part->last;
  const auto applied = apply(changes, part->records, reached);
  const bool changed = !changes.empty();
  if (reached != *target_.checkpoint) {
    view_family further = target_;
    further.checkpoint = reached;
    with_.registry.put_checkpoint(changes, further);
    if (const auto written = with_.store.write(changes, store::durability::operating_system); !written)
      return written.error();
    {
      const std::lock_guard lock(mutex_);
      now_.events_done += reached.value - target_.checkpoint->value;
      now_.reached = reached;
      if (failing_at_ <= reached) now_.failed.reset();
    }
    target_.checkpoint = reached;
    // To those who wait for what these rows show.
    if (target_.serving) with_.notifier.tell();
  }
  if (!applied) return applied.error();
  return changed;
}

/// What comes behind the checkpoint. While the rows are being built, what comes behind that is read meanwhile.
result<log_part> follower::next_part() {
  const position after = *target_.checkpoint;
  auto part = ahead_ && ahead_->after == after ? ahead_->part.get() : read_log(after);
  ahead_.reset();
  if (now_.building && part && after < part->last) {
    const position then = part->last;
    try {
      ahead_ = reading{then, std::async(std::launch::async, [this, then] { return read_log(then); })};
    } catch (const std::system_error&) {
      // There is no thread to be had: that part is read when its turn comes.
    }
  }
  return part;
}

result<log_part> follower::read_log(position after) const {
  return with_.journal.scan_log(after, category_, limits::projection_batch_events, limits::scanned_events_max);
}

/// Applies events to a batch. If one cannot be, `reached` is the position before it.
result<> follower::apply(store::batch& changes, const std::vector<stored_record>& records, position& reached) {
  for (const stored_record& one : records) {
    const auto event = view_recorded(one.bytes, one.stream, one.sequence);
    if (!event) {
      // Its position cannot be read either: nothing of this part is taken.
      reached = *target_.checkpoint;
      failing_at_ = reached.next();
      return event.error();
    }
    const auto refuse = [&](const std::string& why) {
      reached = position{event->position.value - 1};
      failing_at_ = event->position;
      return error{errc::corrupt, why};
    };
    const auto* place = with_.domains.find_event(event->type);
    if (!place)
      return refuse("stream " + one.stream + " holds an event of the unknown type " + std::string(event->type));
    if (place->of != &domain_ || !projection_.on[place->index]) continue;
    changes.mark();
    try {
      batch_sink into(changes, target_.rows);
      projection_.on[place->index](place->type().decode(event->payload),
                                   {event->position, one.stream, one.sequence, event->recorded_at}, into);
      changes.drop_mark();
    } catch (const std::exception& e) {
      changes.back_to_mark();
      return refuse(e.what());
    }
  }
  return {};
}

/// The family takes its place, if it can be brought up to the log's end; whether it has.
result<bool> follower::finish() {
  if (projection_.async) return promote();
  std::promise<result<bool>> told;
  const bool taken = with_.between_batches([&] {
    try {
      told.set_value(promote());
    } catch (...) {
      told.set_exception(std::current_exception());
    }
  });
  if (!taken) return false;
  return told.get_future().get();
}

/// Writes the last rows, and that the family serves, at once. For an inline projection on the sequencer's thread:
/// nothing is committed meanwhile.
result<bool> follower::promote() {
  if (with_.journal.last().value - target_.checkpoint->value > 4 * last_events_max) return false;
  auto changes = with_.store.begin();
  position reached = *target_.checkpoint;
  while (reached < with_.journal.last()) {
    const auto part = read_log(reached);
    if (!part) return part.error();
    reached = part->last;
    if (const auto applied = apply(changes, part->records, reached); !applied) return applied.error();
  }
  if (!target_.serving) replace_();
  view_family complete = target_;
  complete.serving = true;
  complete.checkpoint = projection_.async ? std::optional(reached) : std::nullopt;
  if (const auto put = with_.registry.put_promotion(changes, projection_, complete); !put) return put.error();
  if (const auto written = with_.store.write(changes, store::durability::durable); !written) return written.error();
  with_.registry.promoted(projection_, complete);
  {
    const std::lock_guard lock(mutex_);
    now_.building = false;
    now_.done = !projection_.async;
    now_.reached = reached;
    now_.failed.reset();
  }
  target_ = std::move(complete);
  spdlog::info("the view {} is built, up to position {}", projection_.name, reached.value);
  with_.notifier.tell();
  return true;
}

void follower::fail(const error& why) {
  std::chrono::seconds pause = first_pause;
  {
    const std::lock_guard lock(mutex_);
    projection_status::failure failure;
    failure.at = failing_at_;
    failure.cause = why.detail;
    failure.attempts = now_.failed ? now_.failed->attempts + 1 : 1;
    for (unsigned i = 1; i < failure.attempts && pause < longest_pause; ++i) pause *= 2;
    pause = std::min(pause, longest_pause);
    failure.retry_at = wall_clock_now() + pause;
    now_.failed = failure;
  }
  spdlog::error("the projection {} stands at position {}: it cannot take position {}: {} (tried again in {} s)",
                projection_.name, target_.checkpoint.value_or(position{}).value, failing_at_.value, why.detail,
                pause.count());
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
               with_.journal.last().value, now_.events_per_second);
}

}  // namespace weir
