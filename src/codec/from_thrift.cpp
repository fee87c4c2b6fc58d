#include <limits>
#include <memory>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "codec/builder.hpp"
#include "codec/codec.hpp"
#include "codec/exact_json_protocol.hpp"
#include "codec/scalar_text.hpp"
#include "codec/thrift_types.hpp"
#include "codec/utf8.hpp"

namespace weir::codec {
namespace {

namespace thrift = apache::thrift::protocol;
using apache::thrift::transport::TMemoryBuffer;
using schema::kind;

using binary_protocol = thrift::TBinaryProtocolT<TMemoryBuffer>;
using compact_protocol = thrift::TCompactProtocolT<TMemoryBuffer>;

/// Thrown where what is left cannot be passed over: nothing after it can be read.
struct beyond_reading {};

/// Reads a struct by one of Thrift's protocols, and gives what it finds to the builder.
template <class Protocol>
class thrift_source {
 public:
  thrift_source(Protocol& in, builder& out) : in_(in), out_(out) {}

  void structure(const schema::structure& shape) {
    if (!out_.begin_structure()) throw beyond_reading{};
    std::string name;
    in_.readStructBegin(name);
    for (;;) {
      thrift::TType found = thrift::T_STOP;
      std::int16_t id = 0;
      in_.readFieldBegin(name, found, id);
      if (found == thrift::T_STOP) break;
      member(shape.find(id), found);
      in_.readFieldEnd();
    }
    in_.readStructEnd();
    out_.end_structure();
  }

 private:
  static constexpr bool is_json = std::is_same_v<Protocol, exact_json_protocol>;

  void member(const schema::field* field, thrift::TType found) {
    // What the schema does not know is a newer writer's, and passed over: that is how Thrift's structs evolve.
    if (!field || !out_.member(*field)) {
      in_.skip(found);
    } else if (found != thrift_type(field->type.is)) {
      out_.mismatch(thrift_name(found));
      in_.skip(found);
    } else {
      value(field->type);
    }
  }

  void value(const schema::type& of) {
    switch (of.is) {
      case kind::boolean:
        return out_.boolean(boolean());
      case kind::i8:
      case kind::i16:
      case kind::i32:
      case kind::i64:
      case kind::enumeration:
        return out_.integer(integer(of.is));
      case kind::floating:
        return out_.floating(floating());
      case kind::string:
        return text(string());
      case kind::binary:
        return out_.binary(binary());
      case kind::list:
      case kind::set:
        return list(of);
      case kind::map:
        return map(of);
      case kind::structure:
        return structure(*of.shape);
    }
  }

  void list(const schema::type& of) {
    if (!out_.begin_container()) throw beyond_reading{};
    thrift::TType found = thrift::T_STOP;
    std::uint32_t size = 0;
    const bool is_list = of.is == kind::list;
    is_list ? in_.readListBegin(found, size) : in_.readSetBegin(found, size);
    const bool fits = size == 0 || found == thrift_type(of.element->is);
    for (std::uint32_t i = 0; i < size; ++i) fits ? value(*of.element) : other(found);
    is_list ? in_.readListEnd() : in_.readSetEnd();
    out_.end_container();
  }

  void map(const schema::type& of) {
    if (!out_.begin_container()) throw beyond_reading{};
    thrift::TType key = thrift::T_STOP, element = thrift::T_STOP;
    std::uint32_t size = 0;
    in_.readMapBegin(key, element, size);
    const bool key_fits = size == 0 || key == thrift_type(of.key->is);
    const bool element_fits = size == 0 || element == thrift_type(of.element->is);
    for (std::uint32_t i = 0; i < size; ++i) {
      if (key_fits) {
        this->key(*of.key);
      } else {
        out_.name_entry(std::to_string(i));
        other(key);
      }
      element_fits ? value(*of.element) : other(element);
    }
    in_.readMapEnd();
    out_.end_container();
  }

  /// A key that names a member is read before it is given, for the pointers to what is wrong with it.
  void key(const schema::type& of) {
    if (!schema::names_members(of)) return value(of);
    if (of.is == kind::string) {
      const std::string& name = string();
      out_.name_entry(is_utf8(name) ? name : "");
      return text(name);
    }
    const std::int64_t number = integer(of.is);
    std::string name;
    append_bare_integer(name, of, number);
    out_.name_entry(name);
    out_.integer(number);
  }

  /// A value of another type than the schema's.
  void other(thrift::TType found) {
    out_.mismatch(thrift_name(found));
    in_.skip(found);
  }

  void text(const std::string& value) {
    if (is_utf8(value)) return out_.text(value);
    out_.refuse("must be UTF-8");
  }

  bool boolean() {
    if constexpr (is_json) return in_.boolean();
    bool value = false;
    in_.readBool(value);
    return value;
  }

  std::int64_t integer(kind of) {
    if constexpr (is_json) return in_.integer();
    if (of == kind::i8) return read<std::int8_t>(&Protocol::readByte);
    if (of == kind::i16) return read<std::int16_t>(&Protocol::readI16);
    if (of == kind::i64) return read<std::int64_t>(&Protocol::readI64);
    return read<std::int32_t>(&Protocol::readI32);
  }

  template <class Integer>
  std::int64_t read(std::uint32_t (Protocol::*method)(Integer&)) {
    Integer value = 0;
    (in_.*method)(value);
    return value;
  }

  double floating() {
    if constexpr (is_json) return in_.floating();
    double value = 0;
    in_.readDouble(value);
    return value;
  }

  const std::string& string() {
    in_.readString(buffer_);
    return buffer_;
  }

  const std::string& binary() {
    in_.readBinary(buffer_);
    return buffer_;
  }

  Protocol& in_;
  builder& out_;
  std::string buffer_;
};

std::shared_ptr<TMemoryBuffer> memory_of(std::string_view bytes) {
  auto* const begin =
      const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data()));  // it is only read
  return std::make_shared<TMemoryBuffer>(begin, static_cast<std::uint32_t>(bytes.size()), TMemoryBuffer::OBSERVE);
}

template <class Protocol>
decoded read(TMemoryBuffer& memory, Protocol& in, const schema::structure& shape) {
  builder out(shape);
  try {
    thrift_source<Protocol>(in, out).structure(shape);
  } catch (const beyond_reading&) {
    return std::move(out).finish();
  }
  if (memory.available_read() != 0) return malformed{"there are bytes after the end of the struct"};
  return std::move(out).finish();
}

}  // namespace

decoded from_thrift(std::string_view bytes, protocol in, const schema::structure& shape) {
  if (bytes.empty()) return malformed{"there are no bytes"};
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    return malformed{"more than 2 GiB"};
  // No string and no container is larger than the input: what claims to be is refused before memory is taken for it.
  const auto limit = static_cast<std::int32_t>(bytes.size());
  const auto memory = memory_of(bytes);
  try {
    switch (in) {
      case protocol::binary: {
        binary_protocol reader(memory, limit, limit, false, true);
        return read(*memory, reader, shape);
      }
      case protocol::compact: {
        compact_protocol reader(memory, limit, limit);
        return read(*memory, reader, shape);
      }
      case protocol::json: {
        const std::string plain = plain_json(bytes);
        const auto plain_memory = memory_of(plain);
        exact_json_protocol reader(plain_memory, plain);
        return read(*plain_memory, reader, shape);
      }
    }
  } catch (const apache::thrift::TException& fault) {
    return malformed{std::string("not a Thrift struct: ") + fault.what()};
  }
  return malformed{"no Thrift protocol"};
}

}  // namespace weir::codec
