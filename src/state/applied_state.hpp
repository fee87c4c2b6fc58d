#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "log/log_rows.hpp"
#include "state/application.hpp"
#include "state/idempotency_store.hpp"
#include "state/snapshots.hpp"
#include "state/subjects.hpp"
#include "state/view_registry.hpp"

namespace weir {

/// Everything that is derived from the event log: its rows, stream heads, views, the idempotency store, snapshots.
///
/// Purity:       state = fold(apply, commits). The same commits make the same rows in every family, on every machine,
///               however they are grouped into writes. Async views are not part of it: followers update them.
/// Atomicity:    a commit is applied whole or not at all.
/// Concurrency:  one caller at a time of begin(), apply(), write() and publish(); reads from any thread. A reader sees
///               a commit once it is published.
/// Lifetime:     the store and the catalog outlive it.
class applied_state {
 public:
  /// The families that it needs in the store; it makes those of the views itself.
  static std::vector<family_options> families();

  /// Reads up to where the event log is applied, and which views there are. If a domain has personal data, opens the
  /// keys in the directory `keys` of the store, and finishes erasures. Errors: errc::corrupt, also if keys are missing;
  /// errc::io, errc::outcome_unknown.
  static result<std::unique_ptr<applied_state>> open(store& in, const catalog& domains);

  /// An empty set of changes for the next commits. write() writes it, or an event log that writes it with the commit.
  [[nodiscard]] application begin() const;

  /// Applies commits that continue the applied ones, in one write that is not synced: what is lost in a crash is
  /// applied again. Errors: errc::stale if they do not follow; errc::corrupt if an event cannot be read or applied;
  /// errc::io; errc::outcome_unknown.
  [[nodiscard]] result<> apply(std::span<const sealed_commit> commits);

  /// Writes changes that the event log has not written with its commit. Error errc::outcome_unknown.
  [[nodiscard]] result<> write(application& changes, store::durability how);

  /// To be called when everything up to this head is applied and written: from now on every read sees it.
  void publish(const log_head& head);

  /// An event as readers get it, with its personal values in clear. Errors: errc::corrupt, errc::not_found, errc::io.
  [[nodiscard]] result<recorded_event> read(const stored_event& one) const;

  /// Destroys the keys of subjects whose erasure is in the event log. Error errc::io: then the next start does it.
  [[nodiscard]] result<> destroy_keys(std::span<const keyed_subject> erased);

  /// The head up to which the event log is applied.
  [[nodiscard]] log_head applied() const;
  [[nodiscard]] position last() const { return position{last_.load(std::memory_order_acquire)}; }

  // Reads.
  [[nodiscard]] const log_rows& log() const { return log_; }
  /// Events after a position, in order, up to the applied end: see log_rows::scan.
  [[nodiscard]] result<log_part> scan(position after, std::string_view category, std::size_t limit,
                                      std::size_t looked_at_max) const;
  [[nodiscard]] const idempotency_store& answers() const { return answers_; }
  [[nodiscard]] const snapshots& kept() const { return kept_; }
  [[nodiscard]] const subjects& known_subjects() const { return subjects_; }
  /// Null if no domain has personal data. Only who calls begin() may change the keys.
  [[nodiscard]] personal::vault* keys() const { return keys_.get(); }
  [[nodiscard]] view_registry& views() const { return *views_; }
  [[nodiscard]] weir::store& store() const { return store_; }
  [[nodiscard]] const catalog& domains() const { return domains_; }

 private:
  applied_state(weir::store& in, const catalog& domains, log_head head, std::unique_ptr<view_registry> views,
                std::unique_ptr<personal::vault> keys);
  [[nodiscard]] result<> apply(application& into, std::span<const sealed_commit> all, std::size_t index,
                               class new_heads& heads) const;

  weir::store& store_;
  const catalog& domains_;
  log_rows log_;
  idempotency_store answers_;
  snapshots kept_;
  subjects subjects_;
  std::unique_ptr<personal::vault> keys_;
  std::unique_ptr<view_registry> views_;
  mutable std::mutex mutex_;
  log_head head_;  ///< guarded by mutex_
  std::atomic<std::uint64_t> last_;
};

}  // namespace weir
