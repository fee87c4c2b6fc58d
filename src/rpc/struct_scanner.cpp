#include "rpc/struct_scanner.hpp"

#include <algorithm>

#include <thrift/protocol/TEnum.h>

namespace weir::rpc {
namespace {

using namespace apache::thrift::protocol;

constexpr std::uint32_t version = 0x8001'0000;
constexpr std::uint32_t version_mask = 0xffff'0000;
constexpr std::uint32_t has_version = 0x8000'0000;  ///< a length has not got this bit

/// The bytes of a value whose length depends on its type alone; 0 of any other.
constexpr std::size_t fixed_bytes(std::uint8_t type) {
  switch (type) {
    case T_BOOL:
    case T_BYTE:
      return 1;
    case T_I16:
      return 2;
    case T_I32:
      return 4;
    case T_I64:
    case T_DOUBLE:
      return 8;
    default:
      return 0;
  }
}

/// The bytes that a value takes at least; 0 of a type that there is not.
constexpr std::size_t least_bytes(std::uint8_t type) {
  switch (type) {
    case T_STRUCT:
      return 1;
    case T_STRING:
      return 4;
    case T_LIST:
    case T_SET:
      return 5;
    case T_MAP:
      return 6;
    default:
      return fixed_bytes(type);
  }
}

std::uint8_t byte_at(std::string_view bytes, std::size_t where) { return static_cast<std::uint8_t>(bytes[where]); }

}  // namespace

struct_scanner::verdict struct_scanner::look(std::string_view bytes) {
  while (!fault_) {
    const std::size_t passed = std::min(to_pass_, left_of(bytes));
    at_ += passed;
    to_pass_ -= passed;
    if (at_ > bytes_max_) break;
    if (to_pass_ == 0 && begun_ && depth_ == 0) return complete{at_};
    if (to_pass_ > 0 || !step(bytes)) {
      if (bytes.size() < bytes_max_) return incomplete{};
      break;
    }
  }
  if (!fault_) refuse_beyond_limit();
  return *fault_;
}

bool struct_scanner::step(std::string_view bytes) {
  if (!header_passed_) return pass_header(bytes);
  if (!begun_) {
    begun_ = true;
    push({.is_struct = true});
    return true;
  }
  if (value_ != 0) return begin_value(bytes);
  level& top = levels_[depth_ - 1];
  if (top.is_struct) return pass_field(bytes);
  if (top.left == 0) {
    --depth_;
    return true;
  }
  --top.left;
  value_ = top.element;
  std::swap(top.element, top.other);
  return true;
}

/// Version and type, 4 bytes; the name, behind 4 of length; the sequence id, 4. Without a version: the name, behind 4
/// of length; the type, 1; the sequence id, 4.
bool struct_scanner::pass_header(std::string_view bytes) {
  if (left_of(bytes) < 4) return false;
  const std::uint32_t begins = number_at(bytes, 0);
  if ((begins & has_version) == 0) {
    header_passed_ = true;
    at_ += 4;
    pass(std::uint64_t{begins} + 5);
    return true;
  }
  if (left_of(bytes) < 8) return false;
  header_passed_ = true;
  if ((begins & version_mask) != version) {
    refuse("The message is not of TBinary's version 1.");
    return true;
  }
  const std::uint64_t name = number_at(bytes, 4);
  at_ += 8;
  pass(name + 4);
  return true;
}

/// A field's type, 1 byte, and number, 2; or the byte 0 at the end of a struct.
bool struct_scanner::pass_field(std::string_view bytes) {
  if (left_of(bytes) < 1) return false;
  const std::uint8_t type = byte_at(bytes, at_);
  if (type == T_STOP) {
    ++at_;
    --depth_;
    return true;
  }
  if (left_of(bytes) < 3) return false;
  at_ += 3;
  value_ = type;
  if (least_bytes(type) == 0) refuse("The message has a field of an unknown type.");
  return true;
}

bool struct_scanner::begin_value(std::string_view bytes) {
  if (const std::size_t fixed = fixed_bytes(value_)) {
    pass(fixed);
  } else if (value_ == T_STRING) {
    if (left_of(bytes) < 4) return false;
    const std::uint64_t length = number_at(bytes, at_);
    at_ += 4;
    pass(length);
  } else if (value_ == T_STRUCT) {
    push({.is_struct = true});
  } else {
    return begin_container(bytes);
  }
  value_ = 0;
  return true;
}

/// The types of the elements, 1 byte or a map's 2, and their number, 4.
bool struct_scanner::begin_container(std::string_view bytes) {
  const bool map = value_ == T_MAP;
  const std::size_t types = map ? 2 : 1;
  if (left_of(bytes) < types + 4) return false;
  const std::uint8_t first = byte_at(bytes, at_);
  const std::uint8_t second = map ? byte_at(bytes, at_ + 1) : first;
  const std::uint64_t size = number_at(bytes, at_ + types);
  at_ += types + 4;
  value_ = 0;
  // Of an empty container some writers leave the types open.
  const bool open = size == 0 && first == T_STOP && second == T_STOP;
  if (!open && (least_bytes(first) == 0 || least_bytes(second) == 0)) {
    refuse("The message has a container of an unknown type.");
    return true;
  }
  const std::uint64_t least = size * (map ? least_bytes(first) + least_bytes(second) : least_bytes(first));
  if (least > bytes_max_ - std::min(bytes_max_, at_)) {
    refuse_beyond_limit();
    return true;
  }
  if (size == 0) return true;
  if (fixed_bytes(first) != 0 && fixed_bytes(second) != 0) {
    pass(least);
  } else {
    push({.is_struct = false, .element = first, .other = second, .left = map ? 2 * size : size});
  }
  return true;
}

void struct_scanner::push(level one) {
  if (depth_ == levels_.size()) return refuse("The message is nested too deep.");
  levels_[depth_++] = one;
}

void struct_scanner::pass(std::uint64_t count) {
  if (count > bytes_max_ - std::min(bytes_max_, at_)) return refuse_beyond_limit();
  to_pass_ = static_cast<std::size_t>(count);
}

std::uint32_t struct_scanner::number_at(std::string_view bytes, std::size_t where) const {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | byte_at(bytes, where + i);
  return number;
}

}  // namespace weir::rpc
