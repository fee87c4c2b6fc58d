#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "log/commit_log.hpp"
#include "log/log_rows.hpp"

namespace weir {

/// The event log of a single machine: the rows of commits and events in a store (log/log_rows.hpp). They are written
/// together with their changes in the state, in one write with one sync. So the `rows` of append() must include the
/// commit's own rows, as state/ makes them.
class local_commit_log : public commit_log {
 public:
  /// Finds the end of the log, and gives it an identity if it has none. Errors: errc::corrupt, also if the last commit
  /// is not what was written; errc::io; errc::outcome_unknown.
  static result<std::unique_ptr<local_commit_log>> open(store& in);

  [[nodiscard]] result<written> append(const sealed_commit& one, store::batch& rows) override;
  [[nodiscard]] result<std::vector<std::string>> read(std::uint64_t after, std::size_t limit,
                                                      std::size_t bytes_max) const override;
  [[nodiscard]] result<std::vector<std::string>> tail(std::uint64_t after, std::size_t limit, std::size_t bytes_max,
                                                      std::chrono::steady_clock::time_point deadline) const override;
  [[nodiscard]] log_head head() const override;
  [[nodiscard]] const log_identity& identity() const override { return identity_; }

 private:
  local_commit_log(store& in, log_identity which, log_head head)
      : store_(in), rows_(in), identity_(std::move(which)), head_(std::move(head)) {}

  store& store_;
  log_rows rows_;
  const log_identity identity_;
  mutable std::mutex mutex_;
  mutable std::condition_variable appended_;
  log_head head_;  ///< guarded by mutex_
};

}  // namespace weir
