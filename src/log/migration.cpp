#include "log/migration.hpp"

#include <algorithm>
#include <vector>

#include "log/format_version.hpp"
#include "log/log_rows.hpp"
#include "log/recorded_event.hpp"

namespace weir {
namespace {

/// In `meta` while commits are being made of a log that had none.
constexpr std::string_view unfinished_key = "migration";

constexpr std::size_t read_at_once = 1'000;
constexpr std::size_t commit_events_max = 1'000;
constexpr std::size_t commit_bytes_max = 4u << 20;
/// Commits that share a write.
constexpr int commits_at_once = 16;

/// Gathers a log's events into commits, a whole command in each.
class commit_maker {
 public:
  commit_maker(store& in, log_head head) : store_(in), rows_(in), head_(std::move(head)), changes_(in.begin()) {}

  result<> add(stored_event one) {
    const auto event = decode_recorded(one.bytes, one.stream, one.sequence);
    if (!event) return event.error();
    const bool full = gathered_.size() >= commit_events_max || bytes_ >= commit_bytes_max;
    if (full && event->command_id != command_) {
      if (const auto done = close(); !done) return done;
    }
    command_ = event->command_id;
    committed_at_ = std::max(committed_at_, event->recorded_at);
    bytes_ += one.bytes.size();
    gathered_.push_back(std::move(one));
    return {};
  }

  result<> finish() {
    if (!gathered_.empty()) {
      if (const auto done = close(); !done) return done;
    }
    return write();
  }

  /// Drops the gathered events: their last command may be incomplete.
  result<> finish_whole_commands() {
    gathered_.clear();
    return write();
  }

  [[nodiscard]] position reached() const { return head_.last; }

 private:
  result<> close() {
    commit made;
    made.number = head_.number + 1;
    made.epoch = 0;
    made.first = head_.last.next();
    made.previous = head_.hash;
    made.committed_at = std::max(committed_at_, head_.committed_at);
    made.events = std::move(gathered_);
    const sealed_commit sealed = seal(std::move(made));
    rows_.put_frame(changes_, sealed);
    head_ = sealed.head();
    gathered_.clear();
    bytes_ = 0;
    if (++unwritten_ < commits_at_once) return {};
    return write();
  }

  result<> write() {
    unwritten_ = 0;
    if (changes_.empty()) return {};
    const auto done = store_.write(changes_, store::durability::operating_system);
    changes_ = store_.begin();
    return done;
  }

  store& store_;
  log_rows rows_;
  log_head head_;
  store::batch changes_;
  std::vector<stored_event> gathered_;
  std::size_t bytes_ = 0;
  int unwritten_ = 0;
  std::string command_;
  timestamp committed_at_{};
};

result<> put_marks(store& in, bool unfinished) {
  auto batch = in.begin();
  put_format_version(in, batch);
  if (unfinished) {
    batch.put(in.find("meta"), unfinished_key, "commits");
  } else {
    batch.erase(in.find("meta"), unfinished_key);
  }
  return in.write(batch, store::durability::durable);
}

result<> make_commits(store& in, const migration_progress& progress) {
  const log_rows rows(in);
  const auto end = rows.last_position();
  if (!end) return end.error();
  auto head = rows.last_commit();
  if (!head) return head.error();
  commit_maker maker(in, std::move(*head));
  position read_to = maker.reached();
  while (read_to < *end) {
    if (!progress(read_to, *end)) {
      if (const auto done = maker.finish_whole_commands(); !done) return done;
      return error{errc::unavailable, "the migration of the data was stopped at position " +
                                          std::to_string(maker.reached().value) + " of " + std::to_string(end->value) +
                                          "; the next start continues there"};
    }
    auto part = rows.scan(read_to, *end, "", read_at_once, read_at_once);
    if (!part) return part.error();
    for (stored_event& one : part->events) {
      if (const auto added = maker.add(std::move(one)); !added) return added;
    }
    read_to = part->last;
  }
  return maker.finish();
}

}  // namespace

result<bool> is_migrated(const store& in) {
  const auto version = stored_format_version(in);
  if (!version) return version.error();
  const auto unfinished = in.get(in.find("meta"), unfinished_key);
  if (!unfinished) return unfinished.error();
  return *version == format::version && !*unfinished;
}

result<> migrate(store& in, const migration_progress& progress) {
  const auto done = is_migrated(in);
  if (!done) return done.error();
  if (*done) return {};
  if (const auto marked = put_marks(in, true); !marked) return marked;
  if (const auto made = make_commits(in, progress); !made) return made;
  return put_marks(in, false);
}

}  // namespace weir
