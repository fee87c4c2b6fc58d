#include "personal/file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::personal {
namespace {

constexpr mode_t owner_only = 0600;

error failed(const char* doing, const std::filesystem::path& path) {
  return {errc::io, std::string("cannot ") + doing + " " + path.string() + ": " + std::strerror(errno)};
}

}  // namespace

result<file> file::open(const std::filesystem::path& path, bool create) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), owner_only);
  if (descriptor < 0) return failed("open", path);
  return file(descriptor, path);
}

result<file> file::open_to_read(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", path);
  return file(descriptor, path);
}

file::~file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

file::file(file&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

file& file::operator=(file&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

error file::failure(const char* doing) const { return failed(doing, path_); }

result<std::uint64_t> file::size() const {
  struct stat of {};
  if (::fstat(descriptor_, &of) != 0) return failure("look at");
  return static_cast<std::uint64_t>(of.st_size);
}

result<std::string> file::read(std::uint64_t at, std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::pread(descriptor_, bytes.data() + done, count - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

result<> file::write(std::uint64_t at, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return failure("write");
    at += static_cast<std::uint64_t>(done);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

result<> file::sync() const {
  if (::fsync(descriptor_) != 0) return failure("sync");
  return {};
}

result<> sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", directory);
  const int synced = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (synced != 0) return failed("sync", directory);
  return {};
}

}  // namespace weir::personal
