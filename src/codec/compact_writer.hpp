#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/compact_format.hpp"

/// Appends the parts of the compact protocol to a string.
namespace weir::codec {

inline void append_byte(std::string& bytes, unsigned value) { bytes.push_back(static_cast<char>(value)); }

inline void append_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) append_byte(bytes, static_cast<unsigned>(value & 0x7f) | 0x80);
  append_byte(bytes, static_cast<unsigned>(value));
}

inline void append_integer(std::string& bytes, std::int64_t value) { append_varint(bytes, to_zigzag(value)); }

inline void append_double(std::string& bytes, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (unsigned shift = 0; shift < 64; shift += 8) append_byte(bytes, static_cast<unsigned>(bits >> shift & 0xff));
}

inline void append_binary(std::string& bytes, std::string_view value) {
  append_varint(bytes, value.size());
  bytes += value;
}

inline void append_element_bool(std::string& bytes, bool value) {
  append_byte(bytes, static_cast<unsigned>(value ? wire::boolean_true : wire::boolean_false));
}

/// The header of a field after one with the number `last`, which is 0 at the beginning of a struct.
inline void append_field_header(std::string& bytes, std::int16_t last, std::int16_t id, wire type) {
  const int delta = id - last;
  const auto low = static_cast<unsigned>(type);
  if (delta > 0 && delta <= 15) {
    append_byte(bytes, static_cast<unsigned>(delta) << 4 | low);
  } else {
    append_byte(bytes, low);
    append_integer(bytes, id);
  }
}

inline void append_stop(std::string& bytes) { append_byte(bytes, static_cast<unsigned>(wire::stop)); }

/// The header of a list or a set.
inline void append_list_header(std::string& bytes, std::size_t size, wire element) {
  const auto low = static_cast<unsigned>(element);
  if (size < long_size_nibble) return append_byte(bytes, static_cast<unsigned>(size) << 4 | low);
  append_byte(bytes, unsigned{long_size_nibble} << 4 | low);
  append_varint(bytes, size);
}

inline void append_map_header(std::string& bytes, std::size_t size, wire key, wire value) {
  append_varint(bytes, size);
  if (size > 0) append_byte(bytes, static_cast<unsigned>(key) << 4 | static_cast<unsigned>(value));
}

}  // namespace weir::codec
