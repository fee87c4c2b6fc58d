#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// Appends bytes as lower-case hexadecimal digits, two for each.
inline void append_hexadecimal(std::string& text, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t begin = text.size();
  text.resize(begin + bytes.size() * 2);
  char* to = text.data() + begin;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 15];
  }
}

/// Appends the bytes that lower-case hexadecimal digits stand for. False if a character is no such digit or their
/// number is odd: then the appended bytes are meaningless.
[[nodiscard]] inline bool append_from_hexadecimal(std::string& bytes, std::string_view digits) {
  // The value of a character that is not a digit: a bit beyond a digit's four.
  static constexpr std::uint8_t none = 0x10;
  static constexpr auto values = [] {
    std::array<std::uint8_t, 256> all{};
    all.fill(none);
    for (std::uint8_t i = 0; i < 16; ++i) all[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
    return all;
  }();
  const std::size_t begin = bytes.size(), count = digits.size() / 2;
  bytes.resize(begin + count);
  unsigned seen = digits.size() % 2 == 0 ? 0 : none;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned high = values[static_cast<unsigned char>(digits[2 * i])];
    const unsigned low = values[static_cast<unsigned char>(digits[2 * i + 1])];
    seen |= high | low;
    bytes[begin + i] = static_cast<char>(high << 4 | low);
  }
  return (seen & none) == 0;
}

}  // namespace weir
