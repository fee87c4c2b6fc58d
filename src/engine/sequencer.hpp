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

/// Where the sequencer's thread is, for whoever watches it.
class sequencer_progress {
 public:
  enum class stage { waiting, deciding, writing, promoting };

  void enter(stage now) {
    since_.store(std::chrono::steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    stage_.store(now, std::memory_order_release);
  }

  /// In a sentence, if the thread has been with one batch, write or promotion for longer than this.
  [[nodiscard]] std::optional<std::string> stuck_for_more_than(std::chrono::steady_clock::duration limit) const;

 private:
  std::atomic<stage> stage_ = stage::waiting;
  std::atomic<std::chrono::steady_clock::rep> since_ = 0;
};

/// Carries out commands one after another and appends them to the log, a batch at a time: the one place where a
/// server's log grows.
///
/// Batch:        what waited when the one before it was done, or half of it (command_queue). It becomes one commit. Only
///               once that is durable and applied is any of its submissions answered, the refused ones too, since what
///               they were refused for may be new in the same batch.
/// Waiting:      it waits for commands, for reads and for the log, and for nobody else: whoever builds views has a
///               promotion carried out between two batches, and is told.
/// Concurrency:  run() on one thread; why_stopped(), settled_before() and progress() from any.
class sequencer {
 public:
  sequencer(commit_log& log, applied_state& state, engine_metrics& metrics, commit_notifier& notifier,
            const engine_options& options);

  /// Works until the queue is closed and empty.
  void run(command_queue& queue);

  /// Why nothing is carried out any more; nothing while all is well.
  [[nodiscard]] std::optional<std::string> why_stopped() const;

  /// No event recorded before this time is still to come, nor one that is not yet visible.
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
  /// Of the batch in progress: nothing that it records is earlier. The highest time: there is none.
  std::atomic<timestamp::rep> batch_begun_;

  mutable std::mutex mutex_;
  std::optional<std::string> stopped_;
};

}  // namespace weir
