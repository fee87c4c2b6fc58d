#pragma once

#include <rocksdb/file_system.h>

#include "store/log_end.hpp"

namespace weir {

/// The file system for a database whose write-ahead log (files *.log) is synced at each commit.
///
/// Writing: a log's file is as long as what will be in it before it is: zeros are written ahead of the records. A sync
///          then writes bytes alone, and not the file's new length too, which with a journaling file system takes as
///          long again. Closing a file cuts the zeros off.
/// Reading: a log's file ends behind its last whole record. If what follows is damage and no torn end (find_log_end),
///          the file does not open: a Corruption that names the place.
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

 private:
  [[nodiscard]] rocksdb::IOStatus read_end(const std::string& name, const rocksdb::FileOptions& options, log_end& end,
                                           rocksdb::IODebugContext* debug);
  [[nodiscard]] rocksdb::IOStatus after_sync_seen_behind(const std::string& name, const rocksdb::FileOptions& options,
                                                         bool& seen, rocksdb::IODebugContext* debug);
};

}  // namespace weir
