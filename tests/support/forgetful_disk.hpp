#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace weir::testing {

/// What of the things that were not synced is found after the power was lost. Names are what a directory holds.
enum class survival {
  nothing,     ///< neither names nor bytes
  names,       ///< all names, but no bytes: a file may be empty
  torn,        ///< the earlier half of the names; of each file all bytes but the later half of the last write
  zeroed,      ///< all names, and the length of all bytes, but the last write of each file is zeros
  odd_pages,   ///< all names, and the length of all bytes, but of the pages of 4 KiB only every other
  even_pages,  ///< the others
  newest,      ///< all names, and of the file that was made last all bytes
  everything   ///< as if all had been synced
};
inline constexpr survival all_survivals[] = {survival::nothing, survival::names,     survival::torn,
                                             survival::zeroed,  survival::odd_pages, survival::even_pages,
                                             survival::newest,  survival::everything};
[[nodiscard]] const char* name_of(survival what);

/// What a disk does for a database, in kinds that can fail.
enum class operation { write, sync, make, rename, remove, sync_directory, read };
inline constexpr operation all_operations[] = {operation::write,  operation::sync,   operation::make,
                                               operation::rename, operation::remove, operation::sync_directory,
                                               operation::read};
[[nodiscard]] const char* name_of(operation what);

/// How an operation fails.
enum class failure {
  io_error,   ///< EIO, and nothing was done
  no_space,   ///< ENOSPC, and nothing was done
  cut_short,  ///< of a write: the first half was written, then ENOSPC
  torn        ///< of a write: the second half was written, the first was not, and EIO
};
[[nodiscard]] const char* name_of(failure how);

/// One operation that fails: the n-th of its kind, and the later ones too if it is `lasting`.
struct disk_fault {
  operation of;
  std::uint64_t nth;  ///< from 1
  failure how;
  bool lasting;
};

/// The machine's file system as one that can lose its power: after a chosen number of steps every operation fails, and
/// come_back() leaves on the disk what had been synced, and of the rest as much as is chosen.
///
/// A step is a write, a sync, or a change to a directory: a file made, renamed or deleted.
/// Files:        bytes written since the file's last sync may be as they were before it.
/// Directories:  what was changed since the directory's last sync may not have happened, the latest first: a file made
///               is not there, a file renamed has its old name, a file deleted is back.
/// Beside it:    a file that is written past this file system, and never synced (stand_beside()), is put back as it was
///               at first (nothing), halfway (torn), or at last: its bytes may reach the disk before all others.
/// Faults:       instead of losing its power, it can fail one operation, or all of a kind from one on (fail()). What was to
///               be synced then is not.
/// Nothing is really synced: that would only take time. RocksDB's diary (LOG) is left alone, since nothing reads it.
/// Not modelled: syncs that make other files durable too, as many file systems' do; bytes that change by themselves.
class forgetful_disk : public rocksdb::FileSystemWrapper {
 public:
  /// `attic`: a directory on the same file system, for what is deleted and may come back.
  explicit forgetful_disk(std::filesystem::path attic);
  [[nodiscard]] const char* Name() const override { return "forgetful_disk"; }

  void stand_beside(const std::filesystem::path& file);
  /// The power goes off after that many further steps.
  void lose_power_after(std::uint64_t steps);
  void lose_power();
  [[nodiscard]] std::optional<std::uint64_t> steps_left() const;  ///< until the power goes off, if it is to
  [[nodiscard]] bool has_power() const;
  /// Nobody may have a file open any more.
  void come_back(survival what);

  void fail(disk_fault fault);
  void mend();  ///< nothing fails from now on
  [[nodiscard]] bool has_failed() const;
  [[nodiscard]] std::uint64_t done(operation what) const;  ///< so far

  /// Syncs of files whose names end so are said to be done, and are not.
  void lie_about_syncs_of(std::string suffix) { liar_ = std::move(suffix); }

  [[nodiscard]] std::uint64_t steps() const;
  [[nodiscard]] std::uint64_t made(const std::string& suffix) const;  ///< files, so far

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& directory, const rocksdb::IOOptions& options,
                                std::vector<std::string>* names, rocksdb::IODebugContext* debug) override;
  // What this disk could not take back.
  rocksdb::IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSWritableFile>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus LinkFile(const std::string&, const std::string&, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override;

 private:
  class tracked_file;
  class tracked_directory;
  class read_file;
  class read_table;
  using path = std::filesystem::path;

  /// Of a file since its last sync.
  struct write {
    std::uint64_t at;
    std::uint64_t bytes;
    std::string before;  ///< what stood there; shorter where the file ended
  };
  struct contents {
    std::uint64_t made = 0;  ///< as which file
    std::uint64_t length = 0;
    std::vector<write> unsynced;  ///< in their order
  };
  /// Of a directory, not synced: `now` is where the file is (absent: deleted), `before` where it was (absent: made).
  struct change {
    std::optional<path> before, now;
    std::optional<path> kept;  ///< what had the name `now` before, or was deleted, in the attic
  };
  struct beside {
    path file;
    std::vector<std::optional<std::string>> contents;  ///< that may be found, the oldest first; absent: no file
  };

  rocksdb::IOStatus step(operation what, const std::function<rocksdb::IOStatus()>& act,
                         const std::function<void(failure)>& act_in_part = {});
  [[nodiscard]] rocksdb::IOStatus read(const std::function<rocksdb::IOStatus()>& act);
  [[nodiscard]] std::optional<failure> fails_now(operation what);
  [[nodiscard]] rocksdb::IOStatus when_powered(const std::function<rocksdb::IOStatus()>& act) const;
  void remember_besides();
  void synced(const path& directory);
  path put_away(const path& file);
  void undo(const change& one);
  void forget(const path& file, const contents& of, survival what) const;
  [[nodiscard]] static bool is_diary(const path& file);

  const path attic_;
  std::string liar_;
  mutable std::mutex mutex_;  ///< guards what follows
  bool powered_ = true;
  std::uint64_t steps_ = 0;
  std::map<operation, std::uint64_t> done_;
  std::optional<disk_fault> fault_;
  bool has_failed_ = false;
  std::optional<std::uint64_t> last_step_;
  std::uint64_t put_away_ = 0;
  std::uint64_t files_made_ = 0;
  std::map<std::string, std::uint64_t> made_;  ///< by the file's extension
  std::map<path, std::shared_ptr<contents>> files_;
  std::vector<change> changes_;
  std::vector<beside> besides_;
};

}  // namespace weir::testing
