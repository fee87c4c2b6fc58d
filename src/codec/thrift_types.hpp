#pragma once

#include <string_view>

#include <thrift/protocol/TProtocol.h>

#include "schema/schema.hpp"

namespace weir::codec {

/// Thrift's own name for how values of a kind are written.
[[nodiscard]] constexpr apache::thrift::protocol::TType thrift_type(schema::kind kind) {
  using namespace apache::thrift::protocol;
  switch (kind) {
    case schema::kind::boolean:
      return T_BOOL;
    case schema::kind::i8:
      return T_BYTE;
    case schema::kind::i16:
      return T_I16;
    case schema::kind::i32:
    case schema::kind::enumeration:
      return T_I32;
    case schema::kind::i64:
      return T_I64;
    case schema::kind::floating:
      return T_DOUBLE;
    case schema::kind::string:
    case schema::kind::binary:
      return T_STRING;
    case schema::kind::list:
      return T_LIST;
    case schema::kind::set:
      return T_SET;
    case schema::kind::map:
      return T_MAP;
    case schema::kind::structure:
      return T_STRUCT;
  }
  return T_STOP;
}

/// For people: `Thrift's i32`.
[[nodiscard]] constexpr std::string_view thrift_name(apache::thrift::protocol::TType type) {
  using namespace apache::thrift::protocol;
  switch (type) {
    case T_BOOL:
      return "Thrift's bool";
    case T_BYTE:
      return "Thrift's i8";
    case T_I16:
      return "Thrift's i16";
    case T_I32:
      return "Thrift's i32";
    case T_I64:
      return "Thrift's i64";
    case T_DOUBLE:
      return "Thrift's double";
    case T_STRING:
      return "Thrift's string";
    case T_LIST:
      return "Thrift's list";
    case T_SET:
      return "Thrift's set";
    case T_MAP:
      return "Thrift's map";
    case T_STRUCT:
      return "Thrift's struct";
    default:
      return "an unknown type of Thrift";
  }
}

}  // namespace weir::codec
