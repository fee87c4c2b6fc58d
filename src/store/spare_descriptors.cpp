#include "store/spare_descriptors.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace weir {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// More than one flush or one merge of files opens for itself.
constexpr std::size_t reserve_max = 32;
constexpr std::chrono::milliseconds first_pause{5}, longest_pause{500};
constexpr std::chrono::minutes patience{1};

/// RocksDB gives the system's text of EMFILE or ENFILE, but not the number.
bool is_shortage(const IOStatus& status) {
  if (!status.IsIOError()) return false;
  const std::string text = status.ToString();
  for (const int number : {EMFILE, ENFILE}) {
    if (text.find(std::generic_category().message(number)) != text.npos) return true;
  }
  return false;
}

}  // namespace

spare_descriptors::spare_descriptors(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {
  fill();
}

spare_descriptors::~spare_descriptors() {
  for (const int each : reserve_) ::close(each);
}

void spare_descriptors::fill() {
  const std::lock_guard lock(mutex_);
  while (reserve_.size() < reserve_max) {
    const int one = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (one < 0) return;  // still short: the next open tries again
    reserve_.push_back(one);
  }
  full_ = true;
}

bool spare_descriptors::give_one() {
  const std::lock_guard lock(mutex_);
  if (reserve_.empty()) return false;
  full_ = false;
  ::close(reserve_.back());
  reserve_.pop_back();
  return true;
}

template <class Open>
IOStatus spare_descriptors::with_reserve(Open open) {
  IOStatus status = open();
  if (!is_shortage(status)) {
    if (!full_) fill();
    return status;
  }
  // Another thread may take what is given back.
  while (is_shortage(status) && give_one()) status = open();
  return status;
}

template <class Open>
IOStatus spare_descriptors::with_patience(Open open) {
  IOStatus status = with_reserve(open);
  const auto until = std::chrono::steady_clock::now() + patience;
  auto pause = first_pause;
  while (is_shortage(status) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, longest_pause);
    status = with_reserve(open);
  }
  return status;
}

IOStatus spare_descriptors::NewSequentialFile(const std::string& name, const FileOptions& options,
                                              std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) {
  return with_reserve([&] { return target()->NewSequentialFile(name, options, file, debug); });
}

IOStatus spare_descriptors::NewRandomAccessFile(const std::string& name, const FileOptions& options,
                                                std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                                IODebugContext* debug) {
  return with_reserve([&] { return target()->NewRandomAccessFile(name, options, file, debug); });
}

IOStatus spare_descriptors::NewWritableFile(const std::string& name, const FileOptions& options,
                                            std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  return with_patience([&] { return target()->NewWritableFile(name, options, file, debug); });
}

IOStatus spare_descriptors::ReopenWritableFile(const std::string& name, const FileOptions& options,
                                               std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  return with_patience([&] { return target()->ReopenWritableFile(name, options, file, debug); });
}

IOStatus spare_descriptors::NewDirectory(const std::string& name, const IOOptions& options,
                                         std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug) {
  return with_patience([&] { return target()->NewDirectory(name, options, directory, debug); });
}

IOStatus spare_descriptors::GetChildren(const std::string& name, const IOOptions& options,
                                        std::vector<std::string>* children, IODebugContext* debug) {
  return with_reserve([&] { return target()->GetChildren(name, options, children, debug); });
}

}  // namespace weir
