#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// Appends an integer with its highest byte first, so that byte order is number order.
inline void append_big_endian(std::string& bytes, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
}

/// Reads what append_big_endian wrote; `bytes` holds at least 8.
[[nodiscard]] inline std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace weir
