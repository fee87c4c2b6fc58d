#include "auth/base64url.hpp"

#include <array>
#include <cstdint>

namespace weir::auth {

std::optional<std::string> from_base64url(std::string_view text) {
  static constexpr std::uint8_t none = 64;
  static constexpr auto values = [] {
    std::array<std::uint8_t, 256> all{};
    all.fill(none);
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (std::uint8_t i = 0; i < 64; ++i) all[static_cast<unsigned char>(digits[i])] = i;
    return all;
  }();
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == none) return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xff));
    bits &= (1u << count) - 1;
  }
  if (bits != 0) return std::nullopt;
  return bytes;
}

}  // namespace weir::auth
