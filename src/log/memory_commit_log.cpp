#include "log/memory_commit_log.hpp"

namespace weir {

result<commit_log::written> memory_commit_log::append(const sealed_commit& one, store::batch&) {
  {
    const std::lock_guard lock(mutex_);
    if (const std::string why = why_void(one.value, head_); !why.empty()) return error{errc::stale, why};
    commits_.push_back(one.bytes);
    head_ = one.head();
  }
  appended_.notify_all();
  return written::commit;
}

std::vector<std::string> memory_commit_log::after(std::uint64_t number, std::size_t limit,
                                                  std::size_t bytes_max) const {
  std::vector<std::string> found;
  std::size_t bytes = 0;
  for (std::uint64_t at = number; at < commits_.size() && found.size() < limit && bytes < bytes_max; ++at) {
    found.push_back(commits_[at]);
    bytes += found.back().size();
  }
  return found;
}

result<std::vector<std::string>> memory_commit_log::read(std::uint64_t number, std::size_t limit,
                                                         std::size_t bytes_max) const {
  const std::lock_guard lock(mutex_);
  return after(number, limit, bytes_max);
}

result<std::vector<std::string>> memory_commit_log::tail(std::uint64_t number, std::size_t limit, std::size_t bytes_max,
                                                         std::chrono::steady_clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  appended_.wait_until(lock, deadline, [&] { return commits_.size() > number; });
  return after(number, limit, bytes_max);
}

log_head memory_commit_log::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

}  // namespace weir
