#include "log/local_commit_log.hpp"

namespace weir {

result<std::unique_ptr<local_commit_log>> local_commit_log::open(store& in) {
  const log_rows rows(in);
  auto head = rows.head();
  if (!head) return head.error();
  if (head->number > 0) {
    // The last commit is read whole and compared with its hash.
    const auto last = rows.read_commits(head->number - 1, head->number, 1, 1);
    if (!last) return last.error();
  }
  auto which = ensure_log_identity(in);
  if (!which) return which.error();
  return std::unique_ptr<local_commit_log>(new local_commit_log(in, std::move(*which), std::move(*head)));
}

result<commit_log::written> local_commit_log::append(const sealed_commit& one, store::batch& rows) {
  // One caller at a time: no other thread moves the head.
  const log_head before = head();
  if (const std::string why = why_void(one.value, before); !why.empty()) return error{errc::stale, why};
  if (const auto done = store_.write(rows, store::durability::durable); !done) return done.error();
  {
    const std::lock_guard lock(mutex_);
    head_ = one.head();
  }
  appended_.notify_all();
  return written::commit_and_rows;
}

result<std::vector<std::string>> local_commit_log::read(std::uint64_t after, std::size_t limit,
                                                        std::size_t bytes_max) const {
  // Before the rows: what is published by now, they hold.
  const std::uint64_t last = head().number;
  return rows_.read_commits(after, last, limit, bytes_max);
}

result<std::vector<std::string>> local_commit_log::tail(std::uint64_t after, std::size_t limit, std::size_t bytes_max,
                                                        std::chrono::steady_clock::time_point deadline) const {
  {
    std::unique_lock lock(mutex_);
    appended_.wait_until(lock, deadline, [&] { return head_.number > after; });
  }
  return read(after, limit, bytes_max);
}

log_head local_commit_log::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

}  // namespace weir
