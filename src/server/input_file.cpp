#include "server/input_file.hpp"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>

namespace weir {
namespace {

constexpr std::size_t piece_bytes = 64u << 10;

}  // namespace

input_file::input_file(const std::string& name) : name_(name == "-" ? "standard input" : name), piece_(piece_bytes) {}

result<input_file> input_file::open(const std::string& name) {
  input_file opened(name);
  opened.file_.reset(name == "-" ? stdin : std::fopen(name.c_str(), "rb"));
  if (!opened.file_) return opened.fault("open");
  struct stat about {};
  if (fstat(fileno(opened.file_.get()), &about) != 0) return opened.fault("open");
  if (S_ISDIR(about.st_mode)) {
    errno = EISDIR;
    return opened.fault("read");
  }
  if (S_ISREG(about.st_mode)) opened.size_ = static_cast<std::uint64_t>(about.st_size);
  return opened;
}

result<std::string_view> input_file::read() {
  const std::size_t count = std::fread(piece_.data(), 1, piece_.size(), file_.get());
  if (count == 0 && std::ferror(file_.get()) != 0) return fault("read");
  read_bytes_ += count;
  return std::string_view(piece_.data(), count);
}

error input_file::fault(const std::string& what) const {
  return {errc::io, "cannot " + what + " " + name_ + ": " + std::strerror(errno)};
}

}  // namespace weir
