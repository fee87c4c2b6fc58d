#include "store/directory_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace weir {

result<std::unique_ptr<directory_lock>> directory_lock::take(const std::filesystem::path& directory) {
  const auto file = directory / "LOCK";
  const auto failed = [&](const char* what) {
    return error{errc::io, std::string(what) + " " + file.string() + ": " +
                               std::error_code(errno, std::generic_category()).message()};
  };
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failed("cannot open");
  std::unique_ptr<directory_lock> taken(new directory_lock(descriptor));

  struct flock whole_file {};
  whole_file.l_type = F_WRLCK;
  whole_file.l_whence = SEEK_SET;
  // A lock of the open file description. A lock of the process would end when any descriptor of the file is closed, and
  // would not keep out a second opener in the same process.
  if (::fcntl(descriptor, F_OFD_SETLK, &whole_file) == 0) return taken;
  if (errno != EAGAIN && errno != EACCES) return failed("cannot lock");
  return error{errc::in_use, "another process uses the data directory " + directory.string() +
                                 "; stop that one, or choose another directory with --data"};
}

directory_lock::~directory_lock() { ::close(descriptor_); }

}  // namespace weir
