#pragma once

#include <any>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "log/log_rows.hpp"
#include "personal/vault.hpp"
#include "state/fold.hpp"
#include "state/idempotency_store.hpp"
#include "state/snapshots.hpp"
#include "state/subjects.hpp"
#include "state/view_table.hpp"
#include "store/store.hpp"

namespace weir {

/// Thrown if a new personal value of an erased subject is to be recorded. Not a std::exception, so that no handler takes
/// it for an error.
struct subject_is_erased {
  std::string subject;
};

/// The changes that one or several commits make in the state, gathered for one write. The only code that changes rows.
///
/// Order:        events are applied in the order of the event log, each once; then the commit's own rows are added.
/// Visibility:   rows() and the idempotency store see what has been applied.
/// Lifetime:     the state whose begin() made it outlives it.
class application {
 public:
  /// `keys`: null if no domain has personal data.
  application(const store& in, const log_rows& log, const idempotency_store& answers, const snapshots& kept,
              const subjects& known, const catalog& domains, std::shared_ptr<const view_table> views,
              personal::vault* keys);

  /// Changes the event's rows in the views that every commit updates. Throws fatal_error if the store cannot be read,
  /// and whatever a projection throws. If is_snapshot_due(), call keep_snapshot() next.
  void apply_event(const known_event& what);

  /// Keeps a stream's state after an event.
  void keep_snapshot(const std::string& stream, const snapshots::snapshot& taken);

  void apply_answer(const idempotent_answer& one);

  /// The key of a subject of personal data. Gives it one, and adds it to `added`, if it has none. Throws
  /// subject_is_erased; fatal_error.
  [[nodiscard]] std::uint64_t key_of(std::string_view subject, std::vector<keyed_subject>& added);
  void apply_subject(const keyed_subject& one) { subjects_->put(changes_, one); }
  /// Marks a subject as erased, and removes the rows that are found by its values.
  void apply_erasure(const keyed_subject& one);

  /// The same for a missing earlier snapshot, unless the stream has a newer one by now.
  void keep_missing_snapshot(const std::string& stream, const snapshots::snapshot& taken);

  /// Adds the commit's own rows, after its events and answers were applied. `times`: of its events.
  void add_commit(const sealed_commit& one, std::span<const event_times> times);

  /// Sets a mark; undoes all changes since the last mark and removes it; only removes the last mark.
  void mark() { changes_.mark(); }
  void back_to_mark() { changes_.back_to_mark(); }
  void drop_mark() { changes_.drop_mark(); }

  [[nodiscard]] store::batch& changes() { return changes_; }
  [[nodiscard]] const store::batch& changes() const { return changes_; }
  [[nodiscard]] const view_table& views() const { return *views_; }
  [[nodiscard]] const subjects& known_subjects() const { return *subjects_; }

 private:
  [[nodiscard]] const aggregate_type& aggregate_of_stream(const std::string& stream) const;

  const log_rows* log_;
  const idempotency_store* answers_;
  const snapshots* kept_;
  const subjects* subjects_;
  const catalog* domains_;
  std::shared_ptr<const view_table> views_;
  personal::vault* keys_;
  std::uint64_t last_key_ = 0;  ///< given to a subject; 0: not read yet
  store::batch changes_;
};

}  // namespace weir
