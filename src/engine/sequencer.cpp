#include "engine/sequencer.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace weir {
namespace {

using ending = engine_metrics::ending;

constexpr timestamp::rep no_batch = timestamp::max().time_since_epoch().count();

ending ending_of(const outcome& how) {
  struct {
    ending operator()(const acceptance& a) const { return a.replayed ? ending::replayed : ending::accepted; }
    ending operator()(const refused&) const { return ending::refused; }
    ending operator()(const sequence_mismatch&) const { return ending::mismatched; }
    ending operator()(const key_reused&) const { return ending::key_reused; }
    ending operator()(const overloaded&) const { return ending::overloaded; }
    ending operator()(const unavailable&) const { return ending::unavailable; }
    ending operator()(const faulty&) const { return ending::faulty; }
  } visitor;
  return std::visit(visitor, how);
}

std::string described(const submission& work) {
  std::string names;
  for (const addressed_command& one : work.commands) names += (names.empty() ? "" : ", ") + one.type->name + " for " + one.stream;
  return names + " (trace " + work.from.traceparent + ")";
}

}  // namespace

sequencer::sequencer(store& in, journal& log, const catalog& domains, const view_registry& views,
                     engine_metrics& metrics, commit_notifier& notifier, const engine_options& options, timestamp last_recorded)
    : store_(in),
      journal_(log),
      domains_(domains),
      views_(views),
      metrics_(metrics),
      notifier_(notifier),
      options_(options),
      idempotency_(in),
      snapshots_(in),
      cache_(options.cached_aggregates_max),
      last_recorded_(last_recorded),
      batch_begun_(no_batch) {}

void sequencer::run(command_queue& queue) {
  for (;;) {
    command_queue::taken taken = queue.take(options_.batch_commands_max);
    if (taken.empty()) return;
    for (const auto& chore : taken.chores) chore();
    metrics_.queued_commands.Set(static_cast<double>(queue.commands()));
    carry_out(std::move(taken.submissions));
  }
}

std::optional<std::string> sequencer::why_stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

timestamp sequencer::settled_before() const {
  // The clock first: a batch that begins after this moment records nothing before it.
  const timestamp now = wall_clock_now();
  return std::min(now, timestamp{timestamp::duration{batch_begun_.load()}});
}

void sequencer::stop_for(const error& why) {
  spdlog::critical("no more commands are taken until Weir has been started again: {}", why.detail);
  cache_.clear();
  const std::lock_guard lock(mutex_);
  stopped_ = why.detail;
}

void sequencer::carry_out(std::vector<pending> taken) {
  for (std::size_t begin = 0; begin < taken.size();) {
    std::vector<outcome> outcomes;
    // Told before the clock is read: whoever then still sees no batch has read the clock before this one does.
    batch_begun_ = timestamp::min().time_since_epoch().count();
    batch_begun_ = std::max(wall_clock_now(), last_recorded_).time_since_epoch().count();
    batch_in_progress batch{store_.begin(), {}, views_.current(), {}, journal_.last(), last_recorded_};
    const std::size_t end = fill(batch, taken, begin, outcomes);
    take_snapshots(batch);
    metrics_.batch_submissions.Observe(static_cast<double>(end - begin));
    const auto written = commit(batch);
    batch_begun_ = no_batch;
    if (!written) {
      stop_for(written.error());
      for (outcome& how : outcomes) {
        const bool maybe_there = std::holds_alternative<acceptance>(how);
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

/// Carries out submissions from `begin` on until the batch is large enough; says where it stopped.
std::size_t sequencer::fill(batch_in_progress& batch, std::vector<pending>& from, std::size_t begin,
                            std::vector<outcome>& outcomes) {
  const auto stopped = why_stopped();
  std::size_t at = begin;
  for (; at < from.size() && batch.bytes() < options_.batch_bytes_max; ++at) {
    outcomes.push_back(stopped ? outcome{unavailable{false, *stopped}} : carry_out_one(from[at].work, batch));
  }
  return at;
}

outcome sequencer::carry_out_one(const submission& work, batch_in_progress& batch) {
  const timestamp now = std::max(wall_clock_now(), batch.last_recorded);
  try {
    std::string fingerprint;
    if (work.idempotency_key) {
      fingerprint = fingerprint_of(work.commands);
      const auto answer = idempotency_.find(batch.changes, work.from.actor, *work.idempotency_key, now).value();
      if (answer && answer->fingerprint != fingerprint) return key_reused{};
      if (answer) return replay(work, *answer, batch);
    }

    unit_of_work unit({journal_, domains_, snapshots_, cache_}, batch, work, now);
    outcome how = unit.carry_out();
    if (auto* accepted = std::get_if<acceptance>(&how)) {
      if (work.idempotency_key) {
        idempotency_.remember(batch.changes, work.from.actor, *work.idempotency_key,
                             {fingerprint, accepted->results, unit.first(), unit.last()}, now);
      }
      unit.keep();
    }
    return how;
  } catch (const view_not_ready& e) {
    return unavailable{false, e.what()};
  } catch (const fatal_error& e) {
    spdlog::error("cannot decide {}: {}", described(work), e.what());
    return unavailable{false, e.what()};
  } catch (const std::exception& e) {
    spdlog::error("a fault in the domain at {}: {}", described(work), e.what());
    return faulty{e.what()};
  }
}

/// The remembered answer, with its events where they are wanted: from the log, or from the batch they are still in.
outcome sequencer::replay(const submission& work, const stored_answer& answer,
                          const batch_in_progress& batch) const {
  acceptance again{answer.results, true, {}};
  if (!work.want_events) return again;
  position after{answer.first.value - 1};
  while (after < answer.last && after < journal_.last()) {
    const auto records = journal_.read_log(after, answer.last.value - after.value).value();
    for (const stored_record& one : records) {
      again.events.push_back(decode_recorded(one.bytes, one.stream, one.sequence).value());
      after = again.events.back().position;
    }
  }
  for (const record& one : batch.records) {
    if (one.position <= after || one.position > answer.last) continue;
    again.events.push_back(decode_recorded(one.bytes, one.stream, one.sequence).value());
  }
  return again;
}

/// The states of streams that have become long go into the same write as what made them so.
void sequencer::take_snapshots(batch_in_progress& batch) {
  for (const std::string& stream : batch.long_streams) {
    aggregate_entry* entry = cache_.find(stream);
    if (!entry || entry->snapshot_at == entry->sequence) continue;
    snapshots_.put(batch.changes, stream, *domains_.find_aggregate(category_of(stream)),
                   {entry->sequence, entry->state});
    entry->snapshot_at = entry->sequence;
  }
}

result<> sequencer::commit(batch_in_progress& batch) {
  if (batch.records.empty() && batch.changes.empty()) return {};
  const auto begun = std::chrono::steady_clock::now();
  const auto written = journal_.commit(batch.records, batch.changes);
  metrics_.commit_seconds.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  if (!written) return written;
  last_recorded_ = batch.last_recorded;
  metrics_.head_position.Set(static_cast<double>(batch.last.value));
  if (!batch.records.empty()) notifier_.tell();
  return written;
}

}  // namespace weir
