#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/command_queue.hpp"
#include "engine/metrics.hpp"
#include "state/idempotency_store.hpp"
#include "engine/unit_of_work.hpp"
#include "state/view_registry.hpp"

namespace weir {

/// Carries out commands one after another and writes them a batch at a time: the one place where a server's log grows.
///
/// A batch is what waited when the one before it was done, or half of it (command_queue). It is written once and synced
/// once; only then is any of its submissions answered, the refused ones too, since what they were refused for may be
/// new in the same batch. Concurrency: run() on one thread; why_stopped() from any.
class sequencer {
 public:
  sequencer(store& in, journal& log, const catalog& domains, const view_registry& views, engine_metrics& metrics,
            commit_notifier& notifier, const engine_options& options, timestamp last_recorded);

  /// Works until the queue is closed and empty.
  void run(command_queue& queue);

  /// Why nothing is carried out any more; nothing while all is well.
  [[nodiscard]] std::optional<std::string> why_stopped() const;

  /// No event recorded before this time is still to come, nor one that is not yet visible.
  [[nodiscard]] timestamp settled_before() const;

 private:
  void carry_out(std::vector<pending> taken);
  [[nodiscard]] std::size_t fill(batch_in_progress& batch, std::vector<pending>& from, std::size_t begin,
                                 std::vector<outcome>& outcomes);
  [[nodiscard]] outcome carry_out_one(const submission& work, batch_in_progress& batch);
  [[nodiscard]] outcome replay(const submission& work, const stored_answer& answer,
                               const batch_in_progress& batch) const;
  void take_snapshots(batch_in_progress& batch);
  [[nodiscard]] result<> commit(batch_in_progress& batch);
  void stop_for(const error& why);

  store& store_;
  journal& journal_;
  const catalog& domains_;
  const view_registry& views_;
  engine_metrics& metrics_;
  commit_notifier& notifier_;
  const engine_options options_;
  idempotency_store idempotency_;
  snapshots snapshots_;
  aggregate_cache cache_;
  timestamp last_recorded_;
  /// Of the batch in progress: nothing that it records is earlier. The highest time: there is none.
  std::atomic<timestamp::rep> batch_begun_;

  mutable std::mutex mutex_;
  std::optional<std::string> stopped_;
};

}  // namespace weir
