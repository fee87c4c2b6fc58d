#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <rocksdb/file_system.h>

#include "store/log_end.hpp"

namespace weir {

/// The file system for a database whose WAL (files *.log) is synced at each commit.
///
/// Writing: a WAL file is preallocated with zeros ahead of the records. So a sync writes the bytes only and not a new
/// file length, which would take as long again on a journaling file system. Closing a file cuts the zeros off. Reading:
/// a WAL file ends after its last whole record. A file that does not continue the one opened before it, because that
/// one was torn, counts as empty. If unreadable bytes are damage and not a torn end (find_log_end), opening the file
/// fails with a Corruption that names the place.
/// A MANIFEST ends before writes of which a loss of power has left only some pages (is_torn_end).
/// Locks:   none is taken: the opener of the database already holds its directory (directory_lock).
/// All other files are left to `target`.
class log_file_system : public rocksdb::FileSystemWrapper {
 public:
  explicit log_file_system(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}
  [[nodiscard]] const char* Name() const override { return "weir::log_file_system"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options, rocksdb::FileLock** lock,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  /// Where a MANIFEST ends before its file does; nothing if it ends with it, or is damaged: then RocksDB says so.
  [[nodiscard]] result<std::optional<std::uint64_t>> torn_end_of(const std::string& name,
                                                                 const rocksdb::FileOptions& options) const;
  [[nodiscard]] result<log_end> end_of(const std::string& name, const rocksdb::FileOptions& options) const;
  [[nodiscard]] result<bool> after_sync_seen_behind(const std::string& name, const rocksdb::FileOptions& options) const;

  struct opened_log {
    std::uint64_t number;
    std::uint64_t next;  ///< the sequence with which a newer one must begin
  };
  std::mutex mutex_;
  std::optional<opened_log> last_opened_;  ///< of those with a record; guarded by mutex_
};

}  // namespace weir
