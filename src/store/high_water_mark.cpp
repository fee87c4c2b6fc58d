#include "store/high_water_mark.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.hpp"

namespace weir {
namespace {

constexpr std::size_t mark_bytes = 16;

error io_error(const std::string& what) {
  return {errc::io, what + ": " + std::error_code(errno, std::generic_category()).message()};
}

}  // namespace

result<std::unique_ptr<high_water_mark>> high_water_mark::open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return io_error("cannot open " + file.string());
  std::unique_ptr<high_water_mark> mark(new high_water_mark(descriptor, 0));

  std::array<char, mark_bytes> bytes{};
  const ssize_t size = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (size < 0) return io_error("cannot read " + file.string());
  if (size == 0) {
    // New, or its first content was lost with the machine's power.
    if (const auto raised = mark->raise(0); !raised) return raised.error();
    if (::fsync(descriptor) != 0) return io_error("cannot sync " + file.string());
    return mark;
  }
  const std::string_view read(bytes.data(), bytes.size());
  mark->value_ = read_big_endian(read);
  if (size != static_cast<ssize_t>(bytes.size()) || read_big_endian(read.substr(8)) != ~mark->value_) {
    return error{errc::corrupt, file.string() +
                                    " is damaged, so it is unknown how far the WAL had been synced; if the data is "
                                    "complete, remove the file and start again"};
  }
  return mark;
}

high_water_mark::~high_water_mark() { ::close(descriptor_); }

result<> high_water_mark::raise(std::uint64_t value) {
  std::string bytes;
  append_big_endian(bytes, value);
  append_big_endian(bytes, ~value);
  if (::pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return io_error("cannot raise the high-water mark of the WAL");
  }
  value_ = value;
  return {};
}

}  // namespace weir
