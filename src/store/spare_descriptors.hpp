#pragma once

#include <atomic>
#include <mutex>
#include <vector>

#include <rocksdb/file_system.h>

namespace weir {

/// A file system for a database that must not fail because the process has no file descriptor left: RocksDB takes no more
/// writes after such a failure.
///
/// A few descriptors are held in reserve. An open that fails for want of one is repeated with one of these. An open for
/// writing then also waits for others to give theirs back, up to a minute. An open for reading does not wait, because it
/// may be on a thread whose connections hold the descriptors. The reserve is filled again as soon as that is possible.
class spare_descriptors : public rocksdb::FileSystemWrapper {
 public:
  explicit spare_descriptors(const std::shared_ptr<rocksdb::FileSystem>& target);
  ~spare_descriptors() override;
  [[nodiscard]] const char* Name() const override { return "weir::spare_descriptors"; }

  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& name, const rocksdb::IOOptions& options,
                                std::vector<std::string>* children, rocksdb::IODebugContext* debug) override;

 private:
  template <class Open>
  rocksdb::IOStatus with_reserve(Open open);
  template <class Open>
  rocksdb::IOStatus with_patience(Open open);
  [[nodiscard]] bool give_one();
  void fill();

  std::mutex mutex_;
  std::vector<int> reserve_;  ///< guarded by mutex_
  std::atomic<bool> full_ = false;
};

}  // namespace weir
