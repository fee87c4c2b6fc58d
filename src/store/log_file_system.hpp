#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <rocksdb/file_system.h>

#include "store/log_end.hpp"

namespace weir {

/// The file system for a database whose write-ahead log (files *.log) is synced at each commit.
///
/// Writing: a log's file is as long as what will be in it before it is: zeros are written ahead of the records. A sync
///          then writes bytes alone, and not the file's new length too, which with a journaling file system takes as
///          long again. Closing a file cuts the zeros off.
/// Reading: a log's file ends behind its last whole record, and one that does not go on where the one opened before it
///          ended, since that one was torn, is empty. If what cannot be read is damage and no torn end (find_log_end),
///          the file does not open: a Corruption that names the place.
/// Locks:   none is taken. Whoever opens the database holds its directory already (directory_lock).
/// All other files are `target`'s.
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
