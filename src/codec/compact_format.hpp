#pragma once

#include <cstdint>

#include "schema/schema.hpp"

/// Thrift's compact protocol, as its specification draws it:
///
///   struct   field ... 0x00
///   field    1-15 above the last id:  dddd tttt                 value
///            any id:                  0000 tttt  zigzag(id)     value
///   bool     of a field: its tttt is the value, 1 true, 2 false; elsewhere a byte, 1 or 2
///   i8       a byte; i16, i32, i64: zigzag varint; double: 8 bytes, lowest first; string: varint length, bytes
///   list     ssss tttt  elements, up to 14;  1111 tttt  varint size  elements.  A set is written alike
///   map      varint size  kkkk vvvv  key value ...;  an empty one is the size alone
namespace weir::codec {

enum class wire : std::uint8_t {
  stop = 0,
  boolean_true = 1,  ///< as the type of elements: a boolean
  boolean_false = 2,
  i8 = 3,
  i16 = 4,
  i32 = 5,
  i64 = 6,
  floating = 7,
  binary = 8,
  list = 9,
  set = 10,
  map = 11,
  structure = 12,
};

inline constexpr std::uint8_t long_size_nibble = 15;

/// How values of a kind are written; for booleans, as elements.
[[nodiscard]] constexpr wire wire_of(schema::kind kind) {
  switch (kind) {
    case schema::kind::boolean:
      return wire::boolean_true;
    case schema::kind::i8:
      return wire::i8;
    case schema::kind::i16:
      return wire::i16;
    case schema::kind::i32:
    case schema::kind::enumeration:
      return wire::i32;
    case schema::kind::i64:
      return wire::i64;
    case schema::kind::floating:
      return wire::floating;
    case schema::kind::string:
    case schema::kind::binary:
      return wire::binary;
    case schema::kind::list:
      return wire::list;
    case schema::kind::set:
      return wire::set;
    case schema::kind::map:
      return wire::map;
    case schema::kind::structure:
      return wire::structure;
  }
  return wire::stop;
}

/// Whether what is on the wire holds a value of the kind.
[[nodiscard]] constexpr bool fits(wire found, schema::kind kind) {
  return found == wire_of(kind) || (found == wire::boolean_false && kind == schema::kind::boolean);
}

[[nodiscard]] constexpr std::uint64_t to_zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

[[nodiscard]] constexpr std::int64_t from_zigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

}  // namespace weir::codec
