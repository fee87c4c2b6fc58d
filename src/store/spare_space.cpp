#include "store/spare_space.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "store/rocksdb_messages.hpp"

namespace weir {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Also if it is this user's share of the disk (its quota) that is used up: then there is only the system's text.
bool is_shortage(const IOStatus& status) {
  if (status.ok()) return false;
  return status.IsNoSpace() || status.ToString().find(std::generic_category().message(EDQUOT)) != std::string::npos;
}

/// Whether a file may take space ahead of its writes, as RocksDB does, up to a whole file of rows at a time. Not near the
/// reserve: a file system may keep a part of what it could not give whole. Looks once for each mebibyte.
class space_ahead {
 public:
  explicit space_ahead(const disk_reserve& reserve) : reserve_(reserve) {}

  bool is_plenty(std::uint64_t end) {
    if (end <= looked_until_) return plenty_;
    constexpr std::uint64_t step = 1u << 20, plenty = 256u << 20;
    const auto there = reserve_.free();
    plenty_ = !there || *there >= 2 * reserve_.kept_free() + plenty;
    looked_until_ = end + step;
    return plenty_;
  }

 private:
  const disk_reserve& reserve_;
  std::uint64_t looked_until_ = 0;
  bool plenty_ = true;
};

template <class Write>
IOStatus with_reserve(disk_reserve& reserve, Write write) {
  IOStatus status = write();
  // Another thread may take what is given back, and the next one finds nothing more.
  while (is_shortage(status) && reserve.give_back()) status = write();
  return status;
}

/// A file that is appended to. Each write names its place, so that it can be repeated after it was written in part.
class file_with_reserve : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  file_with_reserve(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<disk_reserve> reserve)
      : FSWritableFileOwnerWrapper(std::move(file)), reserve_(std::move(reserve)), ahead_(*reserve_) {}

  void PrepareWrite(std::size_t offset, std::size_t bytes, const IOOptions& options, IODebugContext* debug) override {
    if (ahead_.is_plenty(offset + bytes)) FSWritableFileOwnerWrapper::PrepareWrite(offset, bytes, options, debug);
  }
  void SetIOPriority(rocksdb::Env::IOPriority priority) override {
    merging_ = priority == rocksdb::Env::IO_LOW;
    FSWritableFileOwnerWrapper::SetIOPriority(priority);
  }
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return append(data, [&] { return target()->PositionedAppend(data, end_, options, debug); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    return append(data, [&] { return target()->PositionedAppend(data, end_, options, info, debug); });
  }
  IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("a file is only appended to");
  }
  IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&, const rocksdb::DataVerificationInfo&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("a file is only appended to");
  }

 private:
  template <class Write>
  IOStatus append(const Slice& data, Write write) {
    if (merging_) {
      const auto there = reserve_->free();
      if (there && *there < reserve_->kept_free() / 2 + data.size()) {
        return IOStatus::NoSpace("files are not merged: the rest of the disk is kept for commands that were accepted");
      }
    }
    const auto status = merging_ ? write() : with_reserve(*reserve_, write);
    if (status.ok()) end_ += data.size();
    return status;
  }

  const std::shared_ptr<disk_reserve> reserve_;
  space_ahead ahead_;
  std::uint64_t end_ = 0;
  bool merging_ = false;
};

/// A file of the WAL, which names the place of each write itself (log_file_system).
class log_with_reserve : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  log_with_reserve(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<disk_reserve> reserve)
      : FSWritableFileOwnerWrapper(std::move(file)), reserve_(std::move(reserve)), ahead_(*reserve_) {}

  void PrepareWrite(std::size_t offset, std::size_t bytes, const IOOptions& options, IODebugContext* debug) override {
    if (ahead_.is_plenty(offset + bytes)) FSWritableFileOwnerWrapper::PrepareWrite(offset, bytes, options, debug);
  }
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return with_reserve(*reserve_, [&] { return target()->Append(data, options, debug); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    return with_reserve(*reserve_, [&] { return target()->Append(data, options, info, debug); });
  }

 private:
  const std::shared_ptr<disk_reserve> reserve_;
  space_ahead ahead_;
};

}  // namespace

IOStatus spare_space::NewWritableFile(const std::string& name, const FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  auto status = with_reserve(*reserve_, [&] { return target()->NewWritableFile(name, options, file, debug); });
  if (!status.ok()) return status;
  if (name.ends_with(".log")) {
    *file = std::make_unique<log_with_reserve>(std::move(*file), reserve_);
  } else {
    *file = std::make_unique<file_with_reserve>(std::move(*file), reserve_);
  }
  return status;
}

IOStatus spare_space::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                 IODebugContext* debug) {
  return with_reserve(*reserve_, [&] { return target()->RenameFile(from, to, options, debug); });
}

IOStatus spare_space::NewLogger(const std::string& name, const IOOptions& options,
                                std::shared_ptr<rocksdb::Logger>* logger, IODebugContext* debug) {
  FileOptions of_file;
  of_file.io_options = options;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  // Without a file all messages are dropped.
  target()->NewWritableFile(name, of_file, &file, debug).PermitUncheckedError();
  *logger = std::make_shared<rocksdb_messages>(std::move(file));
  return IOStatus::OK();
}

IOStatus spare_space::GetFreeSpace(const std::string& path, const IOOptions& options, std::uint64_t* bytes,
                                   IODebugContext* debug) {
  auto status = target()->GetFreeSpace(path, options, bytes, debug);
  if (const auto free = reserve_->free(); status.ok() && free) *bytes = std::min(*bytes, *free);
  if (status.ok()) *bytes -= std::min<std::uint64_t>(*bytes, reserve_->kept_free() / 2);
  return status;
}

}  // namespace weir
