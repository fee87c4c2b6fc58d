#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/aggregate_cache.hpp"
#include "engine/batch_in_progress.hpp"
#include "engine/command_queue.hpp"
#include "engine/commit_notifier.hpp"
#include "engine/engine_options.hpp"
#include "engine/metrics.hpp"
#include "log/commit_log.hpp"
#include "state/applied_state.hpp"

namespace weir {

/// What the sequencer's thread is doing, for the watchdog.
class sequencer_progress {
 public:
  enum class stage { waiting, deciding, writing, promoting };

  void enter(stage now) {
    since_.store(std::chrono::steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    stage_.store(now, std::memory_order_release);
  }

  /// A sentence, if one batch, write or promotion has taken longer than this; otherwise nothing.
  [[nodiscard]] std::optional<std::string> stuck_for_more_than(std::chrono::steady_clock::duration limit) const;

 private:
  std::atomic<stage> stage_ = stage::waiting;
  std::atomic<std::chrono::steady_clock::rep> since_ = 0;
};

/// Carries out commands one after another and appends them to the event log in batches. A server's event log grows here
/// only.
///
/// Batch:        the submissions that waited when the previous batch was done, or half of them (command_queue). It
///               becomes one commit. Its submissions are answered only once that commit is durable and applied. This
///               holds for refusals too: the reason for a refusal may be new in the same batch.
/// Waiting:      it waits for commands, reads and the event log only. A follower gets its promotion carried out between
///               two batches, and then the reply.
/// Concurrency:  run() on one thread; why_stopped(), settled_before() and progress() from any.
class sequencer {
 public:
  sequencer(commit_log& log, applied_state& state, engine_metrics& metrics, commit_notifier& notifier,
            const engine_options& options);

  /// Works until the queue is closed and empty.
  void run(command_queue& queue);

  /// Why no more commands are carried out; nothing while they are.
  [[nodiscard]] std::optional<std::string> why_stopped() const;

  /// All events recorded before this time are written and visible.
  [[nodiscard]] timestamp settled_before() const;

  [[nodiscard]] const sequencer_progress& progress() const { return progress_; }

 private:
  void carry_out(std::vector<pending> taken);
  void carry_out(const promotion& asked);
  [[nodiscard]] std::size_t fill(batch_in_progress& batch, std::vector<pending>& from, std::size_t begin,
                                 std::vector<outcome>& outcomes);
  [[nodiscard]] outcome carry_out_one(const submission& work, batch_in_progress& batch);
  [[nodiscard]] outcome replay(const submission& work, const idempotent_answer& answer,
                               const batch_in_progress& batch) const;
  [[nodiscard]] result<> commit(batch_in_progress& batch);
  [[nodiscard]] result<> append(batch_in_progress& batch);
  void stop_for(const error& why);

  commit_log& log_;
  applied_state& state_;
  engine_metrics& metrics_;
  commit_notifier& notifier_;
  const engine_options options_;
  aggregate_cache cache_;
  sequencer_progress progress_;
  /// The time of the batch in progress: it records nothing earlier. The highest time: no batch is in progress.
  std::atomic<timestamp::rep> batch_begun_;

  mutable std::mutex mutex_;
  std::optional<std::string> stopped_;
};

}  // namespace weir
