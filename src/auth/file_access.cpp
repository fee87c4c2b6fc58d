#include "auth/file_access.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::auth {
namespace {

constexpr std::size_t file_bytes_max = 16u << 20;

class descriptor {
 public:
  explicit descriptor(int value) : value_(value) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (value_ >= 0) close(value_);
  }
  [[nodiscard]] int get() const { return value_; }
  /// Whether closing it went well.
  [[nodiscard]] bool closed() { return close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

error because(const std::string& what) { return {errc::io, what + ": " + std::strerror(errno)}; }

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(to, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The file at `path` belongs to whom the old one did. Only root can give files away, and only root needs to.
bool keep_owner(int file, const std::filesystem::path& path, const std::filesystem::path& like) {
  if (geteuid() != 0) return true;
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 && stat(like.c_str(), &about) != 0) return errno == ENOENT;  // root's own, then
  return fchown(file, about.st_uid, about.st_gid) == 0;
}

}  // namespace

file_stamp stamp_of(const std::filesystem::path& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return {};
  return {true, about.st_ino, static_cast<std::uint64_t>(about.st_size), nanoseconds(about.st_ctim),
          nanoseconds(about.st_mtim)};
}

bool others_may_read(const std::filesystem::path& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0;
}

result<std::string> read_whole_file(const std::filesystem::path& path) {
  // A named pipe would otherwise be waited for.
  descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return error{errc::not_found, "is not there"};
  if (file.get() < 0) return because("cannot be opened");
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return because("cannot be read");
  if (!S_ISREG(about.st_mode)) return error{errc::invalid, "is no regular file"};
  if ((about.st_mode & S_IWOTH) != 0) return error{errc::invalid, "can be written by everybody: chmod o-w"};
  std::string text;
  char piece[16u << 10];
  for (;;) {
    const ssize_t count = read(file.get(), piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return because("cannot be read");
    if (count == 0) return text;
    text.append(piece, static_cast<std::size_t>(count));
    if (text.size() > file_bytes_max) return error{errc::invalid, "is longer than 16 MiB"};
  }
}

result<> replace_file(const std::filesystem::path& path, const std::string& text, const std::filesystem::path& like) {
  const std::string name = path.string();
  std::string temporary = name + ".XXXXXX";
  descriptor file(mkostemp(temporary.data(), O_CLOEXEC));  // with mode 0600
  if (file.get() < 0) return because("cannot write beside " + name);
  const auto give_up = [&](const std::string& what) {
    auto why = because(what);
    unlink(temporary.c_str());
    return why;
  };
  if (!keep_owner(file.get(), path, like)) return give_up("cannot give " + name + " its owner");
  if (!write_all(file.get(), text) || fsync(file.get()) != 0 || !file.closed()) return give_up("cannot write " + name);
  if (rename(temporary.c_str(), name.c_str()) != 0) return give_up("cannot replace " + name);
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const descriptor parent(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0 || fsync(parent.get()) != 0) return because("cannot sync " + folder.string());
  return {};
}

result<file_lock> file_lock::take(const std::filesystem::path& path) {
  const std::string name = path.string() + ".lock";
  const int opened = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (opened < 0) return because("cannot open " + name);
  file_lock lock(opened);
  while (flock(opened, LOCK_EX) != 0) {
    if (errno != EINTR) return because("cannot lock " + name);
  }
  return lock;
}

file_lock::file_lock(file_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

file_lock::~file_lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace weir::auth
