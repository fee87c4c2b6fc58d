#include "store/log_file_system.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace weir {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Zeros written at once: as much as the file has already, within these bounds. A sync waits for them.
constexpr std::size_t least_ahead = 64u << 10, most_ahead = 1u << 20;

bool is_log(const std::string& name) { return name.ends_with(".log"); }

/// A file that is only appended to, and reaches further than that.
class log_file : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit log_file(std::unique_ptr<rocksdb::FSWritableFile> file) : FSWritableFileOwnerWrapper(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    reach(end_ + data.size(), options, debug);
    const auto status = target()->PositionedAppend(data, end_, options, debug);
    if (status.ok()) end_ += data.size();
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    reach(end_ + data.size(), options, debug);
    const auto status = target()->PositionedAppend(data, end_, options, info, debug);
    if (status.ok()) end_ += data.size();
    return status;
  }
  IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("a log is only appended to");
  }
  IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&, const rocksdb::DataVerificationInfo&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("a log is only appended to");
  }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return end_; }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    auto cut = reach_ > end_ ? target()->Truncate(end_, options, debug) : IOStatus::OK();
    reach_ = end_;
    auto closed = FSWritableFileOwnerWrapper::Close(options, debug);
    return cut.ok() ? closed : cut;
  }

 private:
  void reach(std::uint64_t needed, const IOOptions& options, IODebugContext* debug) {
    static const std::string zeros(most_ahead, '\0');
    while (reach_ < needed && !full_) {
      const std::size_t ahead = std::clamp(static_cast<std::size_t>(reach_), least_ahead, most_ahead);
      // There may be room for the record all the same, and then the file grows with each.
      full_ = !target()->PositionedAppend(Slice(zeros.data(), ahead), reach_, options, debug).ok();
      if (!full_) reach_ += ahead;
    }
  }

  std::uint64_t end_ = 0;    ///< of the records
  std::uint64_t reach_ = 0;  ///< of the zeros behind them
  bool full_ = false;
};

/// A log's file, up to its end.
class ended_log : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ended_log(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t end)
      : FSSequentialFileOwnerWrapper(std::move(file)), end_(end) {}

  IOStatus Read(std::size_t bytes, const IOOptions& options, Slice* read, char* room, IODebugContext* debug) override {
    const std::size_t left = std::min<std::uint64_t>(bytes, end_ - at_);
    auto status = FSSequentialFileOwnerWrapper::Read(left, options, read, room, debug);
    if (status.ok()) at_ += read->size();
    return status;
  }
  IOStatus Skip(std::uint64_t bytes) override {
    const std::uint64_t left = std::min(bytes, end_ - at_);
    auto status = FSSequentialFileOwnerWrapper::Skip(left);
    if (status.ok()) at_ += left;
    return status;
  }
  IOStatus PositionedRead(std::uint64_t, std::size_t, const IOOptions&, Slice*, char*, IODebugContext*) override {
    return IOStatus::NotSupported("a log is read from its beginning");
  }

 private:
  const std::uint64_t end_;
  std::uint64_t at_ = 0;
};

}  // namespace

IOStatus log_file_system::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  auto status = target()->NewWritableFile(name, options, file, debug);
  if (status.ok() && is_log(name)) *file = std::make_unique<log_file>(std::move(*file));
  return status;
}

IOStatus log_file_system::NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) {
  if (!is_log(name)) return target()->NewSequentialFile(name, options, file, debug);
  log_end end;
  if (auto status = read_end(name, options, end, debug); !status.ok()) return status;
  bool damaged = end.damaged;
  if (end.torn && !damaged) {
    // A write that was cut off is the last: nothing was synced in a newer file.
    if (auto status = after_sync_seen_behind(name, options, damaged, debug); !status.ok()) return status;
  }
  if (damaged) {
    return IOStatus::Corruption("the write-ahead log " + name + " is damaged behind byte " +
                                std::to_string(end.offset));
  }
  std::unique_ptr<rocksdb::FSSequentialFile> whole;
  auto status = target()->NewSequentialFile(name, options, &whole, debug);
  if (status.ok()) *file = std::make_unique<ended_log>(std::move(whole), end.offset);
  return status;
}

IOStatus log_file_system::read_end(const std::string& name, const rocksdb::FileOptions& options, log_end& end,
                                   IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSSequentialFile> whole;
  if (auto status = target()->NewSequentialFile(name, options, &whole, debug); !status.ok()) return status;
  IOStatus failed;
  const auto found = find_log_end([&](char* into, std::size_t bytes) -> result<std::size_t> {
    std::size_t done = 0;
    while (done < bytes) {
      Slice read;
      failed = whole->Read(bytes - done, {}, &read, into + done, debug);
      if (!failed.ok()) return error{errc::io, failed.ToString()};
      if (read.empty()) break;
      if (read.data() != into + done) std::copy(read.data(), read.data() + read.size(), into + done);
      done += read.size();
    }
    return done;
  });
  if (!found) return failed;
  end = *found;
  return IOStatus::OK();
}

/// Whether a newer log holds a record that was written when all before it had been synced.
IOStatus log_file_system::after_sync_seen_behind(const std::string& name, const rocksdb::FileOptions& options,
                                                 bool& seen, IODebugContext* debug) {
  const std::filesystem::path file(name);
  std::vector<std::string> all;
  if (auto status = GetChildren(file.parent_path().string(), {}, &all, debug); !status.ok()) return status;
  for (const std::string& other : all) {
    // RocksDB numbers them, with as many digits as it takes and no fewer than six.
    const std::string own = file.filename().string();
    const bool newer = other.size() > own.size() || (other.size() == own.size() && other > own);
    if (!is_log(other) || !newer) continue;
    log_end end;
    if (auto status = read_end((file.parent_path() / other).string(), options, end, debug); !status.ok()) return status;
    seen |= end.after_sync_seen;
  }
  return IOStatus::OK();
}

}  // namespace weir
