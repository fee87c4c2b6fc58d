#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "backup/commit_stream.hpp"
#include "base/error.hpp"
#include "log/commit.hpp"

/// A file of an archive: commits that follow on each other.
///
///   segment  a beginning, blocks of commits, and an end once nothing is added any more
///
///   part     | "WEIR" | kind, 1 byte | stored length, 4 bytes | length, 4 bytes | first commit, 8 bytes |
///            | commits, 4 bytes | SHA-256 of what stands before it here and of what is stored, 32 bytes | stored |
///
///   kind     stored
///   'B'      beginning: JSON: {"beginning": as in a stream of commits, "previous": hash of the commit before}
///   'C'      a zstd frame; in it for each commit: | length, 4 bytes | its stored bytes |
///   'E'      end: SHA-256 of all bytes of the file before this part
///
/// Integers have their highest byte first. A part is added with one write and a sync. So after a crash only the last part
/// may be incomplete.
namespace weir::backup {

[[nodiscard]] std::string segment_beginning(const stream_beginning& what, const log_head& before);
/// `commits`: each with its length before it, as append_to_block() adds them.
[[nodiscard]] std::string segment_block(std::uint64_t first, std::uint32_t count, std::string_view commits);
void append_to_block(std::string& block, std::string_view commit);
[[nodiscard]] std::string segment_end(std::string_view digest_of_file);

/// commits-000000000001-000000000001.weir: the first commit, and the first position in it or after it.
[[nodiscard]] std::string segment_name(std::uint64_t first_commit, position first);
inline constexpr std::string_view segment_extension = ".weir", open_extension = ".open";
/// The first commit of a segment by its name, finished or open; nothing if it is no segment's.
[[nodiscard]] std::optional<std::uint64_t> segment_number(const std::filesystem::path& file);

/// What a segment is like.
struct segment_shape {
  stream_beginning beginning;
  std::uint64_t first = 0;        ///< number of its first commit
  std::string previous;           ///< hash of the commit before that
  std::uint64_t commits = 0;      ///< that it has
  std::uint64_t whole_bytes = 0;  ///< up to where its parts are whole
  bool is_torn = false;           ///< an incomplete part follows
  bool is_finished = false;       ///< it has its end
};

/// Reads a segment, and calls `take` with the commits after number `after`, in order. `take` ends it by returning false.
/// Whole blocks before them are checked, but not unpacked. `may_be_torn`: an incomplete last part is no error, as long as
/// nothing whole follows it. Errors: errc::corrupt with the file and the place in it; errc::newer_format; errc::io.
[[nodiscard]] result<segment_shape> read_segment(const std::filesystem::path& file, std::uint64_t after,
                                                 bool may_be_torn,
                                                 const std::function<result<bool>(std::string commit)>& take);

}  // namespace weir::backup
