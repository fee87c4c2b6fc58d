#include "store/log_file_system.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
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
constexpr std::size_t least_bytes_ahead = 64u << 10, most_bytes_ahead = 1u << 20;

/// Of a file `000012.log`; nothing if it is no log of RocksDB's.
std::optional<std::uint64_t> log_number(const std::string& name) {
  const std::filesystem::path file(name);
  if (file.extension() != ".log") return std::nullopt;
  const std::string stem = file.stem().string();
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  if (fault != std::errc{} || end != stem.data() + stem.size()) return std::nullopt;
  return number;
}

/// A file that is only appended to, and reaches further than that.
class log_file : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit log_file(std::unique_ptr<rocksdb::FSWritableFile> file) : FSWritableFileOwnerWrapper(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    reach(end_ + data.size(), options, debug);
    const auto status = target()->PositionedAppend(data, end_, options, debug);
    ++writes_;  // not before: a sync that came first has not seen it
    if (status.ok()) end_ += data.size();
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    reach(end_ + data.size(), options, debug);
    const auto status = target()->PositionedAppend(data, end_, options, info, debug);
    ++writes_;  // not before: a sync that came first has not seen it
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
  /// RocksDB syncs a WAL file again when it starts the next one. If everything is on disk already, this must not fail.
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t writes = writes_.load();
    if (synced_.load() == writes) return IOStatus::OK();
    auto status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) synced_ = writes;  // what was written meanwhile is not said to be on disk
    return status;
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
    static const std::string zeros(most_bytes_ahead, '\0');
    reach_ = std::max(reach_, end_);  // the file has grown past it while the disk was full
    while (reach_ < needed && needed >= try_again_at_) {
      const std::size_t ahead = std::clamp(static_cast<std::size_t>(reach_), least_bytes_ahead, most_bytes_ahead);
      // Not fatal: there may still be space for the record; then the file grows with each.
      if (target()->PositionedAppend(Slice(zeros.data(), ahead), reach_, options, debug).ok()) {
        reach_ += ahead;
      } else {
        try_again_at_ = needed + most_bytes_ahead;
      }
    }
  }

  std::uint64_t end_ = 0;                  ///< of the records
  std::uint64_t reach_ = 0;                ///< of the zeros behind them
  std::uint64_t try_again_at_ = 0;         ///< after the disk was full: where zeros are written ahead again
  std::atomic<std::uint64_t> writes_ = 1;  ///< that have ended; the first made the file
  std::atomic<std::uint64_t> synced_ = 0;  ///< as many of them are on disk
};

bool is_manifest(const std::string& name) {
  return std::filesystem::path(name).filename().string().starts_with("MANIFEST-");
}

/// Longer than any change of the MANIFEST that can be on its way.
constexpr std::size_t torn_bytes_max = 1u << 20;

/// Reads a file on.
read_on reading(rocksdb::FSSequentialFile& file) {
  return [&file](char* into, std::size_t bytes) -> result<std::size_t> {
    std::size_t done = 0;
    while (done < bytes) {
      Slice read;
      const auto status = file.Read(bytes - done, {}, &read, into + done, nullptr);
      if (!status.ok()) return error{errc::io, status.ToString()};
      if (read.empty()) break;
      if (read.data() != into + done) std::copy(read.data(), read.data() + read.size(), into + done);
      done += read.size();
    }
    return done;
  };
}

/// A WAL file or a MANIFEST, up to its end.
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
  if (status.ok() && log_number(name)) *file = std::make_unique<log_file>(std::move(*file));
  return status;
}

IOStatus log_file_system::NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) {
  if (is_manifest(name)) {
    const auto end = torn_end_of(name, options);
    if (!end) return IOStatus::IOError(end.error().detail);
    auto status = target()->NewSequentialFile(name, options, file, debug);
    if (status.ok() && *end) *file = std::make_unique<ended_log>(std::move(*file), **end);
    return status;
  }
  const auto number = log_number(name);
  if (!number) return target()->NewSequentialFile(name, options, file, debug);
  auto end = end_of(name, options);
  if (!end) return IOStatus::IOError(end.error().detail);

  const std::lock_guard lock(mutex_);
  // RocksDB opens those that it needs, the oldest first.
  const bool goes_on =
      !end->first || !last_opened_ || *number <= last_opened_->number || *end->first == last_opened_->next;
  bool damaged = end->damaged || (!goes_on && end->after_sync_seen);
  if ((end->torn || !goes_on) && !damaged) {
    // Writes that were cut off are the last: nothing was synced in a newer file.
    const auto seen = after_sync_seen_behind(name, options);
    if (!seen) return IOStatus::IOError(seen.error().detail);
    damaged = *seen;
  }
  if (damaged) {
    return IOStatus::Corruption("the write-ahead log " + name + " is damaged " +
                                (goes_on
                                     ? "after byte " + std::to_string(end->offset)
                                     : "or the one before it is: it begins with change " + std::to_string(*end->first) +
                                           " instead of " + std::to_string(last_opened_->next)));
  }
  if (!goes_on) {
    end->offset = 0;
  } else if (end->next) {
    last_opened_ = opened_log{*number, *end->next};
  }
  std::unique_ptr<rocksdb::FSSequentialFile> whole;
  auto status = target()->NewSequentialFile(name, options, &whole, debug);
  if (status.ok()) *file = std::make_unique<ended_log>(std::move(whole), end->offset);
  return status;
}

rocksdb::IOStatus log_file_system::LockFile(const std::string&, const rocksdb::IOOptions&, rocksdb::FileLock** lock,
                                            rocksdb::IODebugContext*) {
  *lock = nullptr;
  return rocksdb::IOStatus::OK();
}

rocksdb::IOStatus log_file_system::UnlockFile(rocksdb::FileLock*, const rocksdb::IOOptions&, rocksdb::IODebugContext*) {
  return rocksdb::IOStatus::OK();
}

result<log_end> log_file_system::end_of(const std::string& name, const rocksdb::FileOptions& options) const {
  std::unique_ptr<rocksdb::FSSequentialFile> whole;
  if (const auto status = target()->NewSequentialFile(name, options, &whole, nullptr); !status.ok()) {
    return error{errc::io, status.ToString()};
  }
  return find_log_end(reading(*whole));
}

result<std::optional<std::uint64_t>> log_file_system::torn_end_of(const std::string& name,
                                                                  const rocksdb::FileOptions& options) const {
  const auto opened = [&](std::unique_ptr<rocksdb::FSSequentialFile>& file) {
    return target()->NewSequentialFile(name, options, &file, nullptr);
  };
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  if (!opened(file).ok()) return std::optional<std::uint64_t>{};  // it cannot be opened below either
  const auto fault = find_record_fault(reading(*file));
  if (!fault) return fault.error();
  if (!*fault) return std::optional<std::uint64_t>{};
  std::string rest(torn_bytes_max, '\0');
  auto status = opened(file);
  if (status.ok()) status = file->Skip((*fault)->offset);
  if (!status.ok()) return error{errc::io, status.ToString()};
  const auto count = reading(*file)(rest.data(), rest.size());
  if (!count) return count.error();
  if (*count == rest.size()) return std::optional<std::uint64_t>{};
  rest.resize(*count);
  if (!is_torn_end(rest, (*fault)->offset)) return std::optional<std::uint64_t>{};
  return std::optional{(*fault)->offset};
}

/// Whether a newer WAL file holds a record that says after_sync.
result<bool> log_file_system::after_sync_seen_behind(const std::string& name,
                                                     const rocksdb::FileOptions& options) const {
  const auto directory = std::filesystem::path(name).parent_path();
  std::vector<std::string> all;
  if (const auto status = target()->GetChildren(directory.string(), {}, &all, nullptr); !status.ok()) {
    return error{errc::io, status.ToString()};
  }
  for (const std::string& other : all) {
    const auto number = log_number(other);
    if (!number || *number <= *log_number(name)) continue;
    const auto end = end_of((directory / other).string(), options);
    if (!end) return end.error();
    if (end->after_sync_seen) return true;
  }
  return false;
}

}  // namespace weir
