#include "store/high_water_mark.hpp"

#include <array>
#include <cerrno>
#include <optional>
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

/// The mark in an open file; nothing if the file is empty.
result<std::optional<std::uint64_t>> value_in(int descriptor, const std::filesystem::path& file) {
  std::array<char, mark_bytes> bytes{};
  const ssize_t size = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (size < 0) return io_error("cannot read " + file.string());
  if (size == 0) return std::optional<std::uint64_t>{};
  const std::string_view read(bytes.data(), bytes.size());
  const std::uint64_t value = read_big_endian(read);
  if (size != static_cast<ssize_t>(bytes.size()) || read_big_endian(read.substr(8)) != ~value) {
    return error{errc::corrupt, file.string() +
                                    " is damaged, so it is unknown how far the WAL had been synced; if the data is "
                                    "complete, remove the file and start again"};
  }
  return std::optional{value};
}

}  // namespace

result<std::unique_ptr<high_water_mark>> high_water_mark::open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return io_error("cannot open " + file.string());
  std::unique_ptr<high_water_mark> mark(new high_water_mark(descriptor, 0));
  const auto value = value_in(descriptor, file);
  if (!value) return value.error();
  if (*value) {
    mark->value_ = **value;
    return mark;
  }
  // New, or its first content was lost with the machine's power.
  if (const auto raised = mark->raise(0); !raised) return raised.error();
  if (::fsync(descriptor) != 0) return io_error("cannot sync " + file.string());
  return mark;
}

result<std::uint64_t> high_water_mark::read(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::uint64_t{0};
  if (descriptor < 0) return io_error("cannot open " + file.string());
  const auto value = value_in(descriptor, file);
  ::close(descriptor);
  if (!value) return value.error();
  return value->value_or(0);
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
