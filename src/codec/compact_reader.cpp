#include "codec/compact_reader.hpp"

#include <bit>
#include <limits>

namespace weir::codec {
namespace {

wire type_of(unsigned nibble) {
  if (nibble > static_cast<unsigned>(wire::structure)) throw corrupt_bytes{"a type that does not exist"};
  return static_cast<wire>(nibble);
}

template <class Integer>
bool in_range(std::int64_t value) {
  return value >= std::numeric_limits<Integer>::min() && value <= std::numeric_limits<Integer>::max();
}

bool in_range(std::int64_t value, wire type) {
  switch (type) {
    case wire::i16:
      return in_range<std::int16_t>(value);
    case wire::i32:
      return in_range<std::int32_t>(value);
    default:
      return true;
  }
}

}  // namespace

std::uint64_t compact_reader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    if (shift == 63 && next > 1) break;
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if (next < 0x80) return value;
  }
  throw corrupt_bytes{"an integer of more than 64 bits"};
}

std::int64_t compact_reader::integer(wire type) {
  if (type == wire::i8) return static_cast<std::int8_t>(byte());
  const std::int64_t value = from_zigzag(varint());
  if (!in_range(value, type)) throw corrupt_bytes{"an integer out of its type's range"};
  return value;
}

double compact_reader::floating() {
  const std::string_view bytes = take(8);
  std::uint64_t bits = 0;
  for (std::size_t i = 8; i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
  return std::bit_cast<double>(bits);
}

std::string_view compact_reader::binary() { return take(size(varint())); }

bool compact_reader::element_bool() {
  const std::uint8_t value = byte();
  // Some Thrift libraries write 0 for false.
  if (value > static_cast<std::uint8_t>(wire::boolean_false))
    throw corrupt_bytes{"a boolean that is neither true nor false"};
  return value == static_cast<std::uint8_t>(wire::boolean_true);
}

field_header compact_reader::field(std::int16_t last) {
  const std::uint8_t head = byte();
  const wire type = type_of(head & 0x0f);
  if (type == wire::stop) {
    if (head != 0) throw corrupt_bytes{"a field without a type"};
    return {0, wire::stop};
  }
  const unsigned delta = head >> 4;
  const std::int64_t id = delta ? std::int64_t{last} + delta : integer(wire::i16);
  if (!in_range<std::int16_t>(id)) throw corrupt_bytes{"a field number out of range"};
  return {static_cast<std::int16_t>(id), type};
}

list_header compact_reader::list() {
  const std::uint8_t head = byte();
  const std::uint64_t claimed = head >> 4;
  return {size(claimed == long_size_nibble ? varint() : claimed), type_of(head & 0x0f)};
}

map_header compact_reader::map() {
  const std::size_t entries = size(varint());
  if (entries == 0) return {0, wire::stop, wire::stop};
  const std::uint8_t types = byte();
  return {entries, type_of(types >> 4), type_of(types & 0x0f)};
}

void compact_reader::skip(wire type, std::size_t depth) {
  if (type != wire::boolean_true && type != wire::boolean_false) skip_element(type, depth);
}

void compact_reader::skip_element(wire type, std::size_t depth) {
  if (depth == 0) throw corrupt_bytes{"nested too deep"};
  switch (type) {
    case wire::stop:
      throw corrupt_bytes{"a value without a type"};
    case wire::boolean_true:
    case wire::boolean_false:
      element_bool();
      break;
    case wire::i8:
      byte();
      break;
    case wire::i16:
    case wire::i32:
    case wire::i64:
      varint();
      break;
    case wire::floating:
      take(8);
      break;
    case wire::binary:
      binary();
      break;
    case wire::list:
    case wire::set: {
      const auto header = list();
      for (std::size_t i = 0; i < header.size; ++i) skip_element(header.element, depth - 1);
      break;
    }
    case wire::map: {
      const auto header = map();
      for (std::size_t i = 0; i < header.size; ++i) {
        skip_element(header.key, depth - 1);
        skip_element(header.value, depth - 1);
      }
      break;
    }
    case wire::structure:
      for (auto next = field(0); next.type != wire::stop; next = field(next.id)) skip(next.type, depth - 1);
      break;
  }
}

std::size_t compact_reader::size(std::uint64_t claimed) const {
  // Whatever is counted takes a byte at least.
  if (claimed > remaining()) throw corrupt_bytes{"a size beyond the end of the bytes"};
  return static_cast<std::size_t>(claimed);
}

std::string_view compact_reader::take(std::size_t count) {
  if (count > remaining()) throw corrupt_bytes{"the bytes end too early"};
  const std::string_view taken(at_, count);
  at_ += count;
  return taken;
}

}  // namespace weir::codec
