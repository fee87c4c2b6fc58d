#include "codec/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace weir::codec {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080u;

bool continues(unsigned char byte) { return (byte & 0xc0) == 0x80; }

/// What the byte after the first may be, by the first (RFC 3629, section 4).
struct form {
  std::size_t size;
  unsigned char low, high;
};

form form_of(unsigned char first) {
  if (first >= 0xc2 && first <= 0xdf) return {2, 0x80, 0xbf};
  if (first == 0xe0) return {3, 0xa0, 0xbf};
  if (first == 0xed) return {3, 0x80, 0x9f};
  if (first >= 0xe1 && first <= 0xef) return {3, 0x80, 0xbf};
  if (first == 0xf0) return {4, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {4, 0x80, 0xbf};
  if (first == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

/// The size of the sequence at the front; 0 if there is none.
std::size_t sequence_size(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (at(0) < 0x80) return 1;
  const form expected = form_of(at(0));
  if (expected.size == 0 || bytes.size() < expected.size || at(1) < expected.low || at(1) > expected.high) return 0;
  for (std::size_t i = 2; i < expected.size; ++i) {
    if (!continues(at(i))) return 0;
  }
  return expected.size;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    std::uint64_t eight = high_bits;
    if (bytes.size() >= sizeof eight) std::memcpy(&eight, bytes.data(), sizeof eight);
    if ((eight & high_bits) == 0) {  // eight characters of ASCII, the common case, at once
      bytes.remove_prefix(sizeof eight);
      continue;
    }
    const std::size_t size = sequence_size(bytes);
    if (size == 0) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(static_cast<unsigned char>(c)); }));
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && continues(static_cast<unsigned char>(text[bytes_max]))) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace weir::codec
