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
#include "state/view_registry.hpp"

namespace weir {

/// Everything that is made from the event log: its rows, stream heads, views, the idempotency store, snapshots.
///
/// Purity:       state = fold(apply, commits). The same commits make the same rows in every family, on every machine,
///               however they are grouped into writes. Async views are no part of it: they follow it by themselves.
/// Atomicity:    a commit is applied whole or not at all.
/// Concurrency:  one caller at a time of begin(), apply(), write() and publish(); reads from any thread. A reader sees
///               a commit once it is published.
/// Lifetime:     the store and the catalog outlive it.
class applied_state {
 public:
  /// The families it needs in the store, but for those of the views, which it makes itself.
  static std::vector<family_options> families();

  /// Reads how far the log is applied, and what views there are. Errors: errc::corrupt, errc::io,
  /// errc::outcome_unknown.
  static result<std::unique_ptr<applied_state>> open(store& in, const catalog& domains);

  /// What the next commits change. It is written by write(), or by a log that writes it with the commit.
  [[nodiscard]] application begin() const;

  /// Applies commits that follow on the applied ones, in one write that is not synced: what a crash takes of it is
  /// applied again. Errors: errc::stale if they do not follow; errc::corrupt if an event cannot be read or applied;
  /// errc::io; errc::outcome_unknown.
  [[nodiscard]] result<> apply(std::span<const sealed_commit> commits);

  /// Writes what a log has not written with its commit. Error errc::outcome_unknown.
  [[nodiscard]] result<> write(application& changes, store::durability how);

  /// The log is applied up to here, and all of it is written: every read sees it from now on.
  void publish(const log_head& head);

  /// How far the log is applied.
  [[nodiscard]] log_head applied() const;
  [[nodiscard]] position last() const { return position{last_.load(std::memory_order_acquire)}; }

  // Reads.
  [[nodiscard]] const log_rows& log() const { return log_; }
  /// Events after a position, in order, up to the applied end: see log_rows::scan.
  [[nodiscard]] result<log_part> scan(position after, std::string_view category, std::size_t limit,
                                      std::size_t looked_at_max) const;
  [[nodiscard]] const idempotency_store& answers() const { return answers_; }
  [[nodiscard]] const snapshots& kept() const { return kept_; }
  [[nodiscard]] view_registry& views() const { return *views_; }
  [[nodiscard]] weir::store& store() const { return store_; }
  [[nodiscard]] const catalog& domains() const { return domains_; }

 private:
  applied_state(weir::store& in, const catalog& domains, log_head head, std::unique_ptr<view_registry> views);
  [[nodiscard]] result<> apply(application& into, std::span<const sealed_commit> all, std::size_t index,
                               class new_heads& heads) const;

  weir::store& store_;
  const catalog& domains_;
  log_rows log_;
  idempotency_store answers_;
  snapshots kept_;
  std::unique_ptr<view_registry> views_;
  mutable std::mutex mutex_;
  log_head head_;  ///< guarded by mutex_
  std::atomic<std::uint64_t> last_;
};

}  // namespace weir
