#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/ids.hpp"
#include "log/commit_log.hpp"

namespace weir {

/// An event log in memory, for tests.
class memory_commit_log : public commit_log {
 public:
  [[nodiscard]] result<written> append(const sealed_commit& one, store::batch& rows) override;
  [[nodiscard]] result<std::vector<std::string>> read(std::uint64_t after, std::size_t limit,
                                                      std::size_t bytes_max) const override;
  [[nodiscard]] result<std::vector<std::string>> tail(std::uint64_t after, std::size_t limit, std::size_t bytes_max,
                                                      std::chrono::steady_clock::time_point deadline) const override;
  [[nodiscard]] log_head head() const override;
  [[nodiscard]] const log_identity& identity() const override { return identity_; }

 private:
  [[nodiscard]] std::vector<std::string> after(std::uint64_t number, std::size_t limit, std::size_t bytes_max) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable appended_;
  std::vector<std::string> commits_;
  log_head head_ = empty_log();
  const log_identity identity_{uuid_text(new_uuid(wall_clock_now())), wall_clock_now(), {}};
};

}  // namespace weir
