#include "backup/files.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/hexadecimal.hpp"

namespace weir::backup {
namespace {

constexpr std::size_t piece_bytes = 256u << 10;

}  // namespace

error file_error(std::string_view doing, const std::filesystem::path& file) {
  const int number = errno;
  std::string text = "cannot " + std::string(doing) + " " + file.string() + ": " +
                     std::error_code(number, std::generic_category()).message();
  if (number == ENOSPC || number == EDQUOT) text += "; free some space, or use another disk";
  return {errc::io, std::move(text)};
}

result<output_file> output_file::create(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return file_error("create", file);
  return output_file(descriptor, file);
}

result<output_file> output_file::append_to(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return file_error("open", file);
  return output_file(descriptor, file);
}

output_file::output_file(output_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

output_file& output_file::operator=(output_file&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  return *this;
}

output_file::~output_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<> output_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error("write to", name_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

result<> output_file::sync() {
  if (::fsync(descriptor_) != 0) return file_error("sync", name_);
  return {};
}

result<> output_file::cut(std::uint64_t length) {
  if (::ftruncate(descriptor_, static_cast<off_t>(length)) != 0) return file_error("cut the end off", name_);
  return {};
}

void output_file::forget_cached() const {
  // Only advice: if the system does not take it, the next reader may read memory.
  static_cast<void>(::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED));
}

result<readable_file> readable_file::open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_error("open", file);
  readable_file made(descriptor, file, 0);
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) return file_error("look at", file);
  made.size_ = static_cast<std::uint64_t>(about.st_size);
  return made;
}

readable_file::readable_file(readable_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)), size_(other.size_) {}

readable_file& readable_file::operator=(readable_file&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  std::swap(size_, other.size_);
  return *this;
}

readable_file::~readable_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<std::size_t> readable_file::read(std::uint64_t from, char* into, std::size_t bytes) const {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t count = ::pread(descriptor_, into + done, bytes - done, static_cast<off_t>(from + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error("read", name_);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

result<> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return file_error("open", folder);
  const bool done = ::fsync(descriptor) == 0;
  const result<> answer = done ? result<>{} : result<>{file_error("sync", folder)};
  ::close(descriptor);
  return answer;
}

result<> make_folder(const std::filesystem::path& folder) {
  const auto itself = folder.has_filename() ? folder : folder.parent_path();  // of "backups/" too
  std::error_code ec;
  if (itself.has_parent_path()) std::filesystem::create_directories(itself.parent_path(), ec);
  if (!ec && ::mkdir(itself.c_str(), S_IRWXU) != 0 && errno != EEXIST) return file_error("make the folder", folder);
  if (!ec && std::filesystem::is_directory(itself, ec)) return {};
  if (!ec) ec = std::make_error_code(std::errc::not_a_directory);
  return error{errc::io, "cannot make the folder " + folder.string() + ": " + ec.message()};
}

result<> write_whole(const std::filesystem::path& file, std::string_view bytes) {
  const std::filesystem::path unfinished = file.string() + ".unfinished";
  auto out = output_file::create(unfinished);
  if (!out) return out.error();
  if (auto written = out->write(bytes); !written) return written;
  if (auto synced = out->sync(); !synced) return synced;
  if (::rename(unfinished.c_str(), file.c_str()) != 0) return file_error("rename", unfinished);
  return sync_folder(file.parent_path());
}

result<> read_pieces(const std::filesystem::path& file, std::uint64_t from,
                     const std::function<result<>(std::string_view)>& take) {
  const auto in = readable_file::open(file);
  if (!in) return in.error();
  std::string piece(piece_bytes, '\0');
  for (std::uint64_t at = from;;) {
    const auto count = in->read(at, piece.data(), piece.size());
    if (!count) return count.error();
    if (*count == 0) return {};
    at += *count;
    if (auto taken = take(std::string_view(piece).substr(0, *count)); !taken) return taken;
  }
}

result<std::string> read_whole(const std::filesystem::path& file, std::size_t bytes_max) {
  std::string bytes;
  const auto read = read_pieces(file, 0, [&](std::string_view piece) -> result<> {
    if (bytes.size() + piece.size() > bytes_max) {
      return error{errc::io, file.string() + " has more than " + std::to_string(bytes_max) + " bytes"};
    }
    bytes += piece;
    return {};
  });
  if (!read) return read.error();
  return bytes;
}

result<std::string> digest_of_file(const std::filesystem::path& file) {
  sha256_of_pieces digest;
  const auto read = read_pieces(file, 0, [&](std::string_view piece) -> result<> {
    digest.add(piece);
    return {};
  });
  if (!read) return read.error();
  return hexadecimal(digest.digest());
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  append_hexadecimal(text, bytes);
  return text;
}

}  // namespace weir::backup
