#include "base/ids.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <boost/uuid/detail/random_provider.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid.hpp>

#include "base/hexadecimal.hpp"

namespace weir {
namespace {

/// Random bytes, drawn from the operating system some thousand at a time: one system call an id would cost more than
/// the id.
class entropy {
 public:
  /// Good until the next call.
  std::string_view take(std::size_t bytes) {
    if (bytes > pool_.size() - at_) {
      boost::uuids::detail::random_provider{}.get_random_bytes(pool_.data(), pool_.size());
      at_ = 0;
    }
    at_ += bytes;
    return {pool_.data() + at_ - bytes, bytes};
  }

 private:
  std::array<char, 4096> pool_;
  std::size_t at_ = pool_.size();
};

thread_local entropy thread_entropy;

}  // namespace

std::string new_uuid(timestamp now) {
  const auto millis =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  std::string bytes(6, '\0');
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(millis >> (40 - 8 * i));
  bytes += thread_entropy.take(10);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  return bytes;
}

std::string uuid_text(std::string_view bytes) {
  std::string text;
  text.reserve(36);
  std::size_t at = 0;
  for (const std::size_t count : {4, 2, 2, 2, 6}) {
    if (at > 0) text += '-';
    append_hexadecimal(text, bytes.substr(at, count));
    at += count;
  }
  return text;
}

std::optional<std::string> uuid_bytes(std::string_view text) {
  // The generator takes braces and missing hyphens too: here only the canonical form counts.
  if (text.size() != 36 || text[8] != '-') return std::nullopt;
  try {
    const boost::uuids::uuid id = boost::uuids::string_generator{}(text.begin(), text.end());
    return std::string(id.begin(), id.end());
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

std::string random_hex(std::size_t bytes) {
  std::string text;
  text.reserve(bytes * 2);
  append_hexadecimal(text, thread_entropy.take(bytes));
  return text;
}

}  // namespace weir
