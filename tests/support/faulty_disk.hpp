#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace weir::testing {

/// The machine's file system, whose syncs and writes of RocksDB's log can be made to fail, or to wait, and whose tables
/// can be made to wait.
class faulty_disk : public rocksdb::FileSystemWrapper {
 public:
  faulty_disk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "faulty_disk"; }

  void fail_syncs() { fail_syncs_ = true; }
  void fail_writes() { fail_writes_ = true; }
  void mend() {
    fail_syncs_ = fail_writes_ = false;
    free_bytes_ = everything;
  }
  /// What the disk says of itself. Its writes do not fail for that.
  void set_free(std::uint64_t bytes) { free_bytes_ = bytes; }
  /// Writes to the log fail from now on as long as this file has a byte.
  void fail_writes_while_there_is(std::filesystem::path file) { holder_ = std::move(file); }
  [[nodiscard]] int syncs() const { return syncs_; }

  /// Syncs wait from now on, until release_syncs().
  void hold_syncs() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release_syncs() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    changed_.notify_all();
  }
  /// No file for rows is made from now on, until release_tables(): the log's files stay.
  void hold_tables() {
    const std::lock_guard lock(mutex_);
    tables_held_ = true;
  }
  void release_tables() {
    {
      const std::lock_guard lock(mutex_);
      tables_held_ = false;
    }
    changed_.notify_all();
  }
  /// Returns once some sync waits.
  void await_held_sync() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }

  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* bytes,
                                 rocksdb::IODebugContext* debug) override {
    if (free_bytes_ == everything) return target()->GetFreeSpace(path, options, bytes, debug);
    *bytes = free_bytes_;
    return rocksdb::IOStatus::OK();
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (name.ends_with(".sst")) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !tables_held_; });
    }
    auto status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok() && name.ends_with(".log")) *file = std::make_unique<log_file>(*this, std::move(*file));
    return status;
  }

 private:
  class log_file : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    log_file(faulty_disk& disk, std::unique_ptr<rocksdb::FSWritableFile> file)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (disk_.is_full()) return rocksdb::IOStatus::NoSpace("the test's disk is full");
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& info, rocksdb::IODebugContext* debug) override {
      if (disk_.is_full()) return rocksdb::IOStatus::NoSpace("the test's disk is full");
      return FSWritableFileOwnerWrapper::Append(data, options, info, debug);
    }
    rocksdb::IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t at, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override {
      if (disk_.is_full()) return rocksdb::IOStatus::NoSpace("the test's disk is full");
      return FSWritableFileOwnerWrapper::PositionedAppend(data, at, options, debug);
    }
    rocksdb::IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t at, const rocksdb::IOOptions& options,
                                       const rocksdb::DataVerificationInfo& info,
                                       rocksdb::IODebugContext* debug) override {
      if (disk_.is_full()) return rocksdb::IOStatus::NoSpace("the test's disk is full");
      return FSWritableFileOwnerWrapper::PositionedAppend(data, at, options, info, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      disk_.before_sync();
      if (disk_.fail_syncs_) return rocksdb::IOStatus::IOError("the test's disk cannot sync");
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }

   private:
    faulty_disk& disk_;
  };

  [[nodiscard]] bool is_full() const {
    std::error_code none;
    return fail_writes_ || (!holder_.empty() && std::filesystem::file_size(holder_, none) > 0 && !none);
  }

  void before_sync() {
    ++syncs_;
    std::unique_lock lock(mutex_);
    if (!held_) return;
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    --waiting_;
  }

  std::atomic<bool> fail_syncs_ = false;
  std::atomic<bool> fail_writes_ = false;
  static constexpr std::uint64_t everything = std::numeric_limits<std::uint64_t>::max();
  std::atomic<std::uint64_t> free_bytes_ = everything;
  std::filesystem::path holder_;
  std::atomic<int> syncs_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool tables_held_ = false;
  int waiting_ = 0;
};

}  // namespace weir::testing
