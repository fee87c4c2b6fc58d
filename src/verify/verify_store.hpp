#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "domain/catalog.hpp"
#include "log/commit.hpp"
#include "log/log_identity.hpp"
#include "personal/vault.hpp"
#include "store/store.hpp"
#include "verify/checkpoint.hpp"
#include "verify/findings.hpp"
#include "verify/pace.hpp"

namespace weir {

/// A family of rows of a view that is to be compared with a fold of the event log.
struct checked_view {
  std::string family_name;
  family rows;
  std::shared_ptr<const void> hold;  ///< keeps the family while it is read
};

struct verification_options {
  unsigned threads = 2;
  std::size_t faults_max = 100;   ///< that are kept; all are counted
  std::filesystem::path scratch;  ///< a directory for temporary rows, as large as all views together; "": the system's
  std::uint64_t bytes_per_second = 0;  ///< that are read; 0: no limit
  bool is_live = false;                ///< the store is written to meanwhile
  int open_files_max = -1;             ///< as in store_options; of verify_directory()
  /// The views' families to compare; nothing: all that the store has. Where the store is written to they must be held.
  std::optional<std::vector<checked_view>> views;
  std::optional<log_checkpoint> checkpoint;  ///< that the event log must hold
  const personal::vault* keys = nullptr;     ///< of the personal data; null: they are opened
  std::stop_token stop;
  std::function<void(const verification_progress&)> progress;
};

struct verification_report {
  std::vector<store_fault> faults;  ///< the first of them
  std::uint64_t faults_found = 0;   ///< all
  std::vector<std::string> notes;   ///< what the reader should know beside faults
  bool completed = false;           ///< not stopped early

  std::optional<log_identity> log;
  log_head head;  ///< the end of the event log that was read
  struct counts {
    std::uint64_t files = 0, bytes = 0;
    std::uint64_t commits = 0, events = 0, streams = 0, answers = 0, snapshots = 0, views = 0, rows = 0;
  } read;
  timestamp began, ended;

  [[nodiscard]] bool is_sound() const { return completed && faults_found == 0; }
};

/// Reads everything in a store, and holds it against what must be true of it:
///
/// Files:        the checksum of every block of every file of rows; every record of the WAL and the MANIFEST.
/// Event log:    commits are numbered without a gap, each continues the one before it and has the hash that its bytes
///               give; positions are without a gap; each names an event that has this position, and the reverse; every
///               event decodes by the schema.
/// Personal:     every personal value can be read with its subject's key, or is erased; the keys are whole in both files;
///               the subjects are those that the commits name.
/// State:        stream heads, snapshots and answers to idempotency keys are those that follow from the event log; the
///               rows of every view are those of a fold up to its checkpoint.
/// Checkpoint:   the log has the checkpoint's id, and the commit that it names, at that position with that hash.
/// The rest:     the format, the stored schema, the log's identity; no family and no row that is not known.
///
/// Memory:       bounded, whatever the store holds: a few dozen MiB, and a bit for each event. Rows of views are folded
///               into a temporary store on disk.
/// Concurrency:  reads one snapshot; the store may be written to meanwhile (`is_live`).
/// Errors:       errc::io if the temporary store cannot be used. Faults of the store are in the report.
[[nodiscard]] result<verification_report> verify_store(const store& in, const std::filesystem::path& directory,
                                                       const catalog& domains, const verification_options& options);

/// The same for a data directory that no server runs on. It may be read-only; nothing in it is changed. If the database
/// cannot be opened, the report says why, and its files are checked nevertheless. Errors: errc::in_use;
/// errc::not_found if it is no data directory; errc::io.
[[nodiscard]] result<verification_report> verify_directory(const std::filesystem::path& directory,
                                                           const catalog& domains, const verification_options& options);

}  // namespace weir
