#pragma once

#include <memory>

#include <rocksdb/file_system.h>

#include "store/disk_reserve.hpp"

namespace weir {

/// A file system for a database that must not run out of space in the middle of a write: RocksDB takes no more writes
/// after that.
///
/// Writing:      if there is no space for a write or a new file, the reserve gives its space back, and the write is
///               repeated.
/// Merging:      the files that RocksDB makes by merging others leave half of the reserve free. Such a write fails
///               before the disk is full; RocksDB drops the new file and merges again once there is more space.
/// Messages:     RocksDB's own messages (the file LOG) use no reserve. Those that cannot be written are dropped.
class spare_space : public rocksdb::FileSystemWrapper {
 public:
  spare_space(const std::shared_ptr<rocksdb::FileSystem>& target, std::shared_ptr<disk_reserve> reserve)
      : FileSystemWrapper(target), reserve_(std::move(reserve)) {}
  [[nodiscard]] const char* Name() const override { return "weir::spare_space"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewLogger(const std::string& name, const rocksdb::IOOptions& options,
                              std::shared_ptr<rocksdb::Logger>* logger, rocksdb::IODebugContext* debug) override;
  /// What is free for merging.
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* bytes,
                                 rocksdb::IODebugContext* debug) override;

 private:
  const std::shared_ptr<disk_reserve> reserve_;
};

}  // namespace weir
