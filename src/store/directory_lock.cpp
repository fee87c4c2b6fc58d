#include "store/directory_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace weir {

namespace {

error failed(const char* what, const std::filesystem::path& file) {
  return {errc::io,
          std::string(what) + " " + file.string() + ": " + std::error_code(errno, std::generic_category()).message()};
}

/// A lock of the open file description. A lock of the process would end when any descriptor of the file is closed, and
/// would not keep out a second opener in the same process.
result<> lock(int descriptor, short kind, const std::filesystem::path& directory) {
  struct flock whole_file {};
  whole_file.l_type = kind;
  whole_file.l_whence = SEEK_SET;
  if (::fcntl(descriptor, F_OFD_SETLK, &whole_file) == 0) return {};
  if (errno != EAGAIN && errno != EACCES) return failed("cannot lock", directory / "LOCK");
  return error{errc::in_use, "another process uses the data directory " + directory.string() +
                                 "; stop that one, or choose another directory with --data"};
}

}  // namespace

result<std::unique_ptr<directory_lock>> directory_lock::take(const std::filesystem::path& directory) {
  const auto file = directory / "LOCK";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0 && errno == EROFS) {
    return error{errc::io, "the data directory " + directory.string() +
                               " is on a read-only file system, and a server must be able to write there: mount it "
                               "writable, or read it with weir export, weir verify or weir schema check"};
  }
  if (descriptor < 0) return failed("cannot open", file);
  std::unique_ptr<directory_lock> taken(new directory_lock(descriptor));
  if (const auto locked = lock(descriptor, F_WRLCK, directory); !locked) return locked.error();
  return taken;
}

result<std::unique_ptr<directory_lock>> directory_lock::take_to_read(const std::filesystem::path& directory) {
  const auto file = directory / "LOCK";
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::unique_ptr<directory_lock>();
  if (descriptor < 0) return failed("cannot open", file);
  std::unique_ptr<directory_lock> taken(new directory_lock(descriptor));
  if (const auto locked = lock(descriptor, F_RDLCK, directory); !locked) return locked.error();
  return taken;
}

directory_lock::~directory_lock() { ::close(descriptor_); }

}  // namespace weir
