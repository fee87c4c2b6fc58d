#include "store/disk_reserve.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir {
namespace {

/// More than the largest batch, which is what may be on its way when the space ends.
constexpr std::uint64_t held_most = 24u << 20;
/// A batch is written to the WAL, and later to a file of rows.
constexpr std::uint64_t copies_of_batch = 2;

std::string mebibytes(std::uint64_t bytes) {
  const std::uint64_t tenths = bytes * 10 >> 20;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
}

}  // namespace

disk_reserve::disk_reserve(std::filesystem::path directory, std::shared_ptr<rocksdb::FileSystem> disk,
                           std::uint64_t kept_free)
    : directory_(std::move(directory)),
      file_(directory_ / "disk-reserve"),
      disk_(std::move(disk)),
      kept_free_(kept_free),
      held_max_(std::min(kept_free / 4, held_most)) {
  held_ = held_size();
  whole_ = held_ >= held_max_;
}

std::optional<std::uint64_t> disk_reserve::free() const {
  std::uint64_t bytes = 0;
  if (!disk_->GetFreeSpace(directory_.string(), {}, &bytes, nullptr).ok()) return std::nullopt;
  // For root RocksDB counts all blocks that are free. In a container, others may be kept from it all the same.
  std::error_code unknown;
  const auto space = std::filesystem::space(directory_, unknown);
  return unknown ? bytes : std::min<std::uint64_t>(bytes, space.available);
}

result<> disk_reserve::room_for(std::uint64_t bytes) {
  if (kept_free_ == 0) return {};
  const auto there = free();
  if (!there) return {};  // the write itself will say what is wrong
  std::uint64_t needed = kept_free_ + copies_of_batch * bytes;
  if (refusing_) needed += kept_free_ / 4;
  if (*there >= needed && !whole_) take();
  if (*there >= needed && whole_) {
    refusing_ = false;
    return {};
  }
  refusing_ = true;
  if (const int fault = fault_; *there >= needed && !whole_ && fault != 0) {
    return error{errc::unavailable, "The disk is full: " + mebibytes(*there) + " are said to be free, but " +
                                        mebibytes(held_max_) + " of them cannot be taken (" +
                                        std::generic_category().message(fault) + ")."};
  }
  if (!whole_) needed += held_max_;
  return error{errc::unavailable,
               "The disk is full: " + mebibytes(*there) + " are free, " + mebibytes(needed) + " are needed."};
}

bool disk_reserve::give_back() {
  const std::lock_guard lock(mutex_);
  if (held_ == 0 || ::truncate(file_.c_str(), 0) != 0) return false;
  held_ = 0;
  whole_ = false;
  return true;
}

void disk_reserve::take() {
  const std::lock_guard lock(mutex_);
  const auto there = free();
  if (whole_ || !there || *there < kept_free_ + held_max_) return;
  const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    fault_ = errno;
    return;
  }
  const int fault = ::fallocate(descriptor, 0, 0, static_cast<off_t>(held_max_)) == 0 ? 0 : errno;
  ::close(descriptor);
  if (fault == EOPNOTSUPP || fault == ENOSYS) {
    whole_ = true;  // the file system holds no space for a file: only what is kept free is left
    return;
  }
  held_ = held_size();
  whole_ = fault == 0;
  fault_ = fault;
}

/// What the file takes on the disk. A file with holes holds nothing.
std::uint64_t disk_reserve::held_size() const {
  struct stat about {};
  if (::stat(file_.c_str(), &about) != 0) return 0;
  constexpr std::uint64_t block_bytes = 512;
  return std::min(static_cast<std::uint64_t>(about.st_size), static_cast<std::uint64_t>(about.st_blocks) * block_bytes);
}

}  // namespace weir
