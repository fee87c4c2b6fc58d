#include "engine/sequencer.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "engine/unit_of_work.hpp"
#include "state/row_access.hpp"

namespace weir {
namespace {

using ending = engine_metrics::ending;

constexpr timestamp::rep no_batch = timestamp::max().time_since_epoch().count();

ending ending_of(const outcome& how) {
  struct {
    ending operator()(const acceptance& a) const { return a.replayed ? ending::replayed : ending::accepted; }
    ending operator()(const refused&) const { return ending::refused; }
    ending operator()(const sequence_mismatch&) const { return ending::mismatched; }
    ending operator()(const subject_erased&) const { return ending::refused; }
    ending operator()(const subject_unknown&) const { return ending::refused; }
    ending operator()(const key_reused&) const { return ending::key_reused; }
    ending operator()(const overloaded&) const { return ending::overloaded; }
    ending operator()(const unavailable&) const { return ending::unavailable; }
    ending operator()(const faulty&) const { return ending::faulty; }
    ending operator()(const damaged&) const { return ending::damaged; }
  } visitor;
  return std::visit(visitor, how);
}

/// The watchdog logs the reason once, not for each command.
outcome refused_by_store(const std::string& why) { return unavailable{false, why, why}; }

std::string described(const submission& work) {
  std::string names;
  if (!work.erases.empty()) names = "the erasure of " + work.erases.front();
  if (work.erases.size() > 1) names += " and " + std::to_string(work.erases.size() - 1) + " others";
  for (const addressed_command& one : work.commands)
    names += (names.empty() ? "" : ", ") + one.type->name + " for " + one.stream;
  return names + " (trace " + work.from.traceparent + ")";
}

}  // namespace

std::optional<std::string> sequencer_progress::stuck_for_more_than(std::chrono::steady_clock::duration limit) const {
  const stage now = stage_.load(std::memory_order_acquire);
  if (now == stage::waiting) return std::nullopt;
  const std::chrono::steady_clock::time_point since{std::chrono::steady_clock::duration{since_.load()}};
  const auto busy = std::chrono::steady_clock::now() - since;
  if (busy <= limit) return std::nullopt;
  const char* what = now == stage::deciding  ? "has been deciding one batch of commands"
                     : now == stage::writing ? "has been waiting for one write to the event log"
                                             : "has been promoting a view";
  return "the sequencer " + std::string(what) + " for " +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(busy).count()) + " s";
}

sequencer::sequencer(commit_log& log, applied_state& state, engine_metrics& metrics, commit_notifier& notifier,
                     const engine_options& options)
    : log_(log),
      state_(state),
      metrics_(metrics),
      notifier_(notifier),
      options_(options),
      cache_(options.cached_aggregates_max),
      batch_begun_(no_batch) {}

void sequencer::run(command_queue& queue) {
  for (;;) {
    progress_.enter(sequencer_progress::stage::waiting);
    command_queue::taken taken = queue.take(options_.batch_commands_max);
    if (taken.empty()) return;
    for (const promotion& asked : taken.promotions) carry_out(asked);
    metrics_.queued_commands.Set(static_cast<double>(queue.commands()));
    carry_out(std::move(taken.submissions));
  }
}

void sequencer::carry_out(const promotion& asked) {
  progress_.enter(sequencer_progress::stage::promoting);
  promotion_reply::value came_to;
  try {
    came_to = view_builder(state_, *asked.of, *asked.projection).promote(asked.target);
  } catch (const std::exception& e) {
    came_to = view_builder::fault{state_.last().next(), {errc::corrupt, e.what()}};
  }
  asked.reply->tell(std::move(came_to));
}

std::optional<std::string> sequencer::why_stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

timestamp sequencer::settled_before() const {
  // Read the clock first: a batch that begins after this moment records nothing before it.
  const timestamp now = wall_clock_now();
  return std::min(now, timestamp{timestamp::duration{batch_begun_.load()}});
}

void sequencer::stop_for(const error& why) {
  spdlog::critical("no more commands are accepted until Weir is restarted: {}", why.detail);
  cache_.clear();
  const std::lock_guard lock(mutex_);
  stopped_ = why.detail;
}

void sequencer::carry_out(std::vector<pending> taken) {
  for (std::size_t begin = 0; begin < taken.size();) {
    std::vector<outcome> outcomes;
    // Set before the clock is read: a reader that still sees no batch has read the clock earlier.
    batch_begun_ = timestamp::min().time_since_epoch().count();
    progress_.enter(sequencer_progress::stage::deciding);
    batch_in_progress batch(state_.begin(), state_.applied());
    batch_begun_ = std::max(wall_clock_now(), batch.last_recorded).time_since_epoch().count();
    const std::size_t end = fill(batch, taken, begin, outcomes);
    metrics_.batch_submissions.Observe(static_cast<double>(end - begin));
    const auto written = commit(batch);
    batch_begun_ = no_batch;
    if (!written && written.error().code == errc::unavailable) {
      // Nothing was written. The aggregates in memory are ahead of the event log.
      cache_.clear();
      for (outcome& how : outcomes) how = refused_by_store(written.error().detail);
    } else if (!written) {
      stop_for(written.error());
      for (outcome& how : outcomes) {
        const bool maybe_there =
            written.error().code == errc::outcome_unknown && std::holds_alternative<acceptance>(how);
        how = unavailable{maybe_there, written.error().detail};
      }
    }
    std::vector<finished> ended;
    ended.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      outcome& how = outcomes[i - begin];
      for (const addressed_command& one : taken[i].work.commands) metrics_.count(*one.type, ending_of(how));
      ended.push_back({std::move(taken[i].done), std::move(how)});
    }
    tell(std::move(ended));
    begin = end;
  }
  cache_.trim();
  metrics_.cached_aggregates.Set(static_cast<double>(cache_.size()));
}

/// Carries out submissions from `begin` on until the batch is large enough. Returns the index after the last one.
std::size_t sequencer::fill(batch_in_progress& batch, std::vector<pending>& from, std::size_t begin,
                            std::vector<outcome>& outcomes) {
  const auto stopped = why_stopped();
  const auto refused = stopped ? std::nullopt : state_.store().why_refused();
  std::size_t at = begin;
  for (; at < from.size() && batch.bytes() < options_.batch_bytes_max; ++at) {
    outcomes.push_back(stopped   ? outcome{unavailable{false, *stopped}}
                       : refused ? refused_by_store(*refused)
                                 : carry_out_one(from[at].work, batch));
  }
  return at;
}

outcome sequencer::carry_out_one(const submission& work, batch_in_progress& batch) {
  const timestamp now = std::max(wall_clock_now(), batch.last_recorded);
  try {
    std::string fingerprint;
    if (work.idempotency_key) {
      fingerprint = fingerprint_of(work.commands, state_.keys());
      const auto answer =
          state_.answers().find(batch.applied.changes(), work.by->name, *work.idempotency_key, now).value();
      if (answer && answer->fingerprint != fingerprint) return key_reused{};
      if (answer) return replay(work, *answer, batch);
    }

    unit_of_work unit({state_, cache_}, batch, work, now);
    outcome how = unit.carry_out();
    if (const auto* accepted = std::get_if<acceptance>(&how)) {
      std::optional<idempotent_answer> answer;
      if (work.idempotency_key) {
        answer = {work.by->name, *work.idempotency_key, std::move(fingerprint),          accepted->results,
                  unit.first(),  unit.last(),           now + limits::idempotency_memory};
      }
      unit.keep(std::move(answer));
    }
    return how;
  } catch (const view_not_ready& e) {
    return unavailable{false, e.what()};
  } catch (const fatal_error& e) {
    spdlog::error("cannot carry out {}: {}", described(work), e.what());
    if (e.code == errc::corrupt) return damaged{e.what()};
    return unavailable{false, e.what()};
  } catch (const std::exception& e) {
    spdlog::error("the domain's code failed on {}: {}", described(work), e.what());
    return faulty{e.what()};
  }
}

/// The stored answer, with its events if they are wanted: from the event log, or from the current batch.
outcome sequencer::replay(const submission& work, const idempotent_answer& answer,
                          const batch_in_progress& batch) const {
  acceptance again{answer.results, true, {}};
  if (!work.want_events) return again;
  position after{answer.first.value - 1};
  while (after < answer.last && after < state_.last()) {
    const std::size_t wanted = answer.last.value - after.value;
    const auto part = state_.scan(after, "", wanted, wanted).value();
    for (const stored_event& one : part.events) {
      again.events.push_back(state_.read(one).value());
      after = again.events.back().position;
    }
  }
  position at = batch.head.last;
  for (const stored_event& one : batch.events) {
    at = at.next();
    if (at <= after || at > answer.last) continue;
    again.events.push_back(state_.read(one).value());
  }
  return again;
}

result<> sequencer::commit(batch_in_progress& batch) {
  try {
    for (const auto& [stream, taken] : batch.missing) batch.applied.keep_missing_snapshot(stream, taken);
  } catch (const fatal_error& e) {
    // They only save later commands some reads, and are made at the next load.
    spdlog::warn("cannot write missing snapshots: {}", e.what());
  }
  if (!batch.has_commit() && batch.applied.changes().empty()) return {};
  progress_.enter(sequencer_progress::stage::writing);
  const auto begun = std::chrono::steady_clock::now();
  const auto written = append(batch);
  metrics_.commit_seconds.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  return written;
}

/// One commit, appended and applied; where the log is in the state's own store, in one write.
result<> sequencer::append(batch_in_progress& batch) {
  if (!batch.has_commit()) return state_.write(batch.applied, store::durability::operating_system);
  const bool has_events = !batch.events.empty();
  const std::vector<event_times> times = std::move(batch.times);
  const sealed_commit one = batch.take_commit(options_.epoch);
  batch.applied.add_commit(one, times);
  const auto appended = log_.append(one, batch.applied.changes());
  if (!appended) return appended.error();
  if (*appended == commit_log::written::commit) {
    // The commit is in the event log already.
    if (const auto done = state_.write(batch.applied, store::durability::operating_system); !done) {
      return error{errc::outcome_unknown, done.error().detail};
    }
  }
  state_.publish(one.head());
  metrics_.head_position.Set(static_cast<double>(one.head().last.value));
  if (has_events) notifier_.tell();
  if (one.value.erasures.empty()) return {};
  metrics_.erasures.Increment(static_cast<double>(one.value.erasures.size()));
  const auto gone = state_.destroy_keys(one.value.erasures);
  if (gone) return {};
  return error{errc::outcome_unknown,
               "an erasure is in the event log, but the key could not be destroyed (the next "
               "start does it): " +
                   gone.error().detail};
}

}  // namespace weir
