#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "log/commit_frame.hpp"
#include "log/log_identity.hpp"
#include "verify/checkpoint.hpp"
#include "verify/numbered_rows.hpp"

namespace weir {

/// A piece of the event log as it was read, in order.
struct log_piece {
  std::vector<stored_event> events;
  std::vector<idempotent_answer> answers;
  std::vector<keyed_subject> subjects, erasures;
  position first_missing;  ///< 0: none is
  position last;
};

/// Walks through the event log in its order: positions, the events that they name, and the commits that hold them.
class log_walk {
 public:
  using give = std::function<void(log_piece)>;

  log_walk(const verification& of, give to);

  /// Reads all of it. `branches`: where the log must have had these hashes. `checkpoint`: so must it there.
  void run(const std::vector<log_branch>& branches, const std::optional<log_checkpoint>& checkpoint);

  [[nodiscard]] position last_position() const { return position{positions_.last()}; }
  [[nodiscard]] const log_head& head() const { return head_; }  ///< of the last commit that could be read
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::uint64_t commits() const { return commits_read_; }
  /// Whether all commits could be read.
  [[nodiscard]] bool has_all_commits() const { return has_all_commits_; }
  /// The last position of the commits that were made when the log had none: format 1 and 2 kept no answers in the log.
  [[nodiscard]] position without_answers() const { return without_answers_; }

 private:
  struct read_event {
    position at;
    std::optional<stored_event> event;
  };
  void unreadable(const std::string& key, const std::string& name, const error& why);
  [[nodiscard]] std::vector<read_event> read(std::uint64_t from, std::uint64_t to);
  void take(read_event one);
  void check_event(position at, const stored_event& one);
  void begin_next_commit();
  void end_commit();
  void check_branches(const log_head& after);
  void check_checkpoint(const log_head& after);
  void hand_over(bool all);

  const verification& of_;
  const give give_;
  numbered_rows positions_, commits_;
  const family events_family_;

  std::uint64_t next_commit_ = 1;
  std::optional<log_head> before_ = empty_log();  ///< nothing: the commit before cannot be read
  std::optional<commit_frame> open_;              ///< the commit that the next position may belong to
  std::vector<stored_event> held_;                ///< its events
  bool is_whole_ = true;                          ///< none of them is missing
  bool told_of_uncommitted_ = false;
  bool has_all_commits_ = true;
  std::string named_damage_;        ///< what RocksDB said of the block that was met last
  std::uint64_t also_damaged_ = 0;  ///< further events in the blocks that were named
  timestamp last_recorded_{};
  std::vector<log_branch> branches_;
  std::optional<log_checkpoint> checkpoint_;  ///< until its commit was met

  log_piece piece_;
  std::size_t piece_bytes_ = 0, largest_event_ = 64;
  log_head head_ = empty_log();
  position without_answers_;
  std::uint64_t events_ = 0, commits_read_ = 0;
};

}  // namespace weir
