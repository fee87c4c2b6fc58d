#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"
#include "domain/catalog.hpp"
#include "log/commit.hpp"
#include "log/log_identity.hpp"

namespace weir {

/// The moment that a store is restored to. Each means one commit: what is restored is the event log up to it, and
/// everything that follows from it.
struct restore_target {
  struct end {};  ///< the last commit that is known
  /// The last commit before the event after that position: with it, the commits behind it that have no events.
  struct at_position {
    position at;
  };
  struct at_time {
    timestamp at;  ///< the last commit that is not later
  };
  struct at_hash {
    std::string hash;  ///< the commit with it, its 32 bytes
  };
  std::variant<end, at_position, at_time, at_hash> moment;
};

struct restore_settings {
  std::filesystem::path from;     ///< backups; may be empty if there is an archive
  std::filesystem::path archive;  ///< may be empty
  std::filesystem::path data;     ///< must not exist, or be empty
  restore_target to;
  std::string backup;          ///< the id of the backup to begin with; empty: the best one
  std::filesystem::path keys;  ///< of the personal data, which are copied; empty: there must be none
};

struct restored {
  log_head head;
  log_identity log;                   ///< its last branch is the new one
  std::optional<std::string> backup;  ///< which one it began with; nothing: with nothing
  std::uint64_t replayed = 0;         ///< commits
  std::vector<std::string> notes;     ///< what somebody should know, in sentences
};

/// Makes a data directory as it was at a moment: events, views, idempotency store, snapshots, schema.
///
/// Method:       begins with the newest backup that is not later, or with nothing, and applies the commits behind it, of
///               the archive or of a later backup, by the code that applies them in a server. Async views are brought up
///               to the end.
/// Checks:       everything that it needs is read and compared with its checksums before anything is written. The result
///               is opened as a server does, and verified as by `weir verify`, before it gets its name.
/// Wholeness:    it is made in `<data>.unfinished`, and renamed at the end. What an interrupted one has left is removed
///               by the next.
/// Keys:         those of personal data are copied beside the data before anything is applied. Whoever was erased by the
///               list of erasures beside them, or by a commit, stays erased. New subjects get keys that nobody had.
/// Identity:     the event log gets a new branch at its end: positions that the original gave after it are answered 410.
///
/// Errors: errc::invalid if there is no such moment, or `data` is not empty: the detail says what there is;
/// errc::not_found if backups or commits are missing: which; errc::corrupt: what is damaged; errc::in_use, errc::io.
[[nodiscard]] result<restored> restore(
    const restore_settings& settings, const catalog& domains,
    const std::function<void(std::string_view doing, std::uint64_t done, std::uint64_t all)>& progress);

}  // namespace weir
