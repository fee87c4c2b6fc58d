#pragma once

#include <chrono>
#include <cstdarg>
#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace weir {

/// RocksDB's own messages, in the file LOG. One that cannot be written is dropped: RocksDB's own writer of this file
/// would end the process at the first message after a failed one (an assertion, in Debian's build).
class rocksdb_messages : public rocksdb::Logger {
 public:
  /// Without a file all messages are dropped.
  explicit rocksdb_messages(std::unique_ptr<rocksdb::FSWritableFile> file) : file_(std::move(file)) {}
  ~rocksdb_messages() override;

  using rocksdb::Logger::Logv;
  void Logv(const char* format, std::va_list values) override;
  void Flush() override;
  [[nodiscard]] std::size_t GetLogFileSize() const override;

 protected:
  rocksdb::Status CloseImpl() override;

 private:
  void write();

  mutable std::mutex mutex_;
  std::unique_ptr<rocksdb::FSWritableFile> file_;       ///< guarded by mutex_
  std::string waiting_;                                 ///< guarded by mutex_
  std::chrono::steady_clock::time_point next_write_{};  ///< guarded by mutex_
  std::size_t size_ = 0;                                ///< guarded by mutex_
};

}  // namespace weir
