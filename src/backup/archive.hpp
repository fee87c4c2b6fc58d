#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backup/files.hpp"
#include "backup/segment.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "log/commit.hpp"
#include "store/directory_lock.hpp"

namespace weir::backup {

/// A directory with the commits of one event log, in segments (segment.hpp).
///
/// Order:        the segments follow on each other without a gap; each commit names the hash of the one before.
/// Wholeness:    a finished segment has its end and its name. The last one may be open (*.weir.open), and its last part
///               incomplete: then that part was never counted.
/// Exclusion:    one writer at a time; readers need no lock.
class archive {
 public:
  explicit archive(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// The segments by their first commits. Errors: errc::not_found if there is none; errc::corrupt if two overlap by
  /// name; errc::io.
  struct segment_file {
    std::filesystem::path path;
    std::uint64_t first = 0;
    bool is_open = false;
  };
  [[nodiscard]] result<std::vector<segment_file>> segments() const;

  /// The number of the first commit.
  [[nodiscard]] result<std::uint64_t> first() const;

  /// The beginning of the last segment: which log it is, and the schema of its events.
  [[nodiscard]] result<stream_beginning> beginning() const;

  /// Calls `take` with the commits after that number, in order, each checked against the one before it. `take` ends it
  /// by returning false. Errors: errc::not_found if the archive begins later than that; errc::corrupt with the file;
  /// errc::io; those of `take`.
  [[nodiscard]] result<> read(std::uint64_t after, const std::function<result<bool>(sealed_commit one)>& take) const;

 private:
  const std::filesystem::path directory_;
};

/// Adds commits to an archive.
///
/// Order:        a commit that does not follow on the last one is refused.
/// Durability:   a commit counts, and is part of head(), when keep() has returned. Whatever ends the process: the next
///               writer goes on after the last commit that counts, or behind it, never with a gap.
/// Exclusion:    one writer at a time.
class archive_writer {
 public:
  struct limits {
    std::uint64_t segment_bytes = 64u << 20;   ///< after which a segment is finished
    std::size_t block_bytes = 1u << 20;        ///< after which a block is written
    std::chrono::milliseconds block_age{200};  ///< after which a block is written, measured from its first commit
  };

  /// Goes on with an archive, or begins one. Removes an incomplete last part. Errors: errc::in_use; errc::corrupt;
  /// errc::io.
  static result<std::unique_ptr<archive_writer>> open(const std::filesystem::path& directory, limits with);

  /// The last commit that counts; an empty log's end in a new archive.
  [[nodiscard]] const log_head& head() const { return kept_; }
  /// The last commit that was added.
  [[nodiscard]] const log_head& added() const { return added_; }
  /// Which log it is; nothing in a new archive.
  [[nodiscard]] const std::optional<stream_beginning>& beginning() const { return beginning_; }

  /// Which log the next commits are of. Error errc::stale if the archive is of another one.
  [[nodiscard]] result<> go_on_with(const stream_beginning& from);

  /// Adds a commit; writes the block once it is large enough. Error errc::corrupt if it does not follow on the last one.
  [[nodiscard]] result<> add(std::string bytes);
  /// Whether commits have waited for so long that keep() is due.
  [[nodiscard]] bool is_due() const;
  /// Writes what was added, and syncs it.
  [[nodiscard]] result<> keep();

 private:
  archive_writer(std::filesystem::path directory, limits with, std::unique_ptr<directory_lock> lock)
      : directory_(std::move(directory)), limits_(with), lock_(std::move(lock)) {}
  [[nodiscard]] result<> recover();
  [[nodiscard]] result<> begin_segment();
  [[nodiscard]] result<> finish_segment();
  [[nodiscard]] result<> write(std::string_view part);

  const std::filesystem::path directory_;
  const limits limits_;
  const std::unique_ptr<directory_lock> lock_;
  std::optional<stream_beginning> beginning_;
  std::optional<output_file> open_;
  std::unique_ptr<sha256_of_pieces> digest_;  ///< of the open segment
  std::uint64_t open_bytes_ = 0;
  log_head kept_ = empty_log(), added_ = empty_log();
  std::string block_;
  std::uint32_t block_commits_ = 0;
  position block_first_;
  std::chrono::steady_clock::time_point block_begun_;
  bool failed_ = false;  ///< what is in the file is not known any more
};

}  // namespace weir::backup
