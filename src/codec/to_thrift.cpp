#include <memory>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "codec/codec.hpp"
#include "codec/thrift_types.hpp"
#include "codec/walk.hpp"

namespace weir::codec {
namespace {

namespace thrift = apache::thrift::protocol;
using apache::thrift::transport::TMemoryBuffer;
using schema::kind;

/// A walker's sink that writes one of Thrift's protocols.
template <class Protocol>
class thrift_sink {
 public:
  explicit thrift_sink(Protocol& out) : out_(out) {}

  void begin_structure(const schema::structure& shape) { out_.writeStructBegin(shape.name.c_str()); }
  void begin_field(const schema::field& field) {
    out_.writeFieldBegin(field.thrift_name.c_str(), thrift_type(field.type.is), field.id);
  }
  void end_field() { out_.writeFieldEnd(); }
  void end_structure() {
    out_.writeFieldStop();
    out_.writeStructEnd();
  }

  void begin_list(const schema::type& of, std::size_t size) {
    const auto element = thrift_type(of.element->is);
    const auto count = static_cast<std::uint32_t>(size);
    of.is == kind::list ? out_.writeListBegin(element, count) : out_.writeSetBegin(element, count);
  }
  void begin_element(std::size_t) {}
  void end_list(const schema::type& of) { of.is == kind::list ? out_.writeListEnd() : out_.writeSetEnd(); }

  void begin_map(const schema::type& of, std::size_t size) {
    out_.writeMapBegin(thrift_type(of.key->is), thrift_type(of.element->is), static_cast<std::uint32_t>(size));
  }
  void begin_key(const schema::type&, std::size_t) {}
  void begin_value(const schema::type&) {}
  void end_entry(const schema::type&) {}
  void end_map(const schema::type&) { out_.writeMapEnd(); }

  void boolean(bool value) { out_.writeBool(value); }
  void integer(std::int64_t value, const schema::type& of) {
    switch (of.is) {
      case kind::i8:
        out_.writeByte(static_cast<std::int8_t>(value));
        break;
      case kind::i16:
        out_.writeI16(static_cast<std::int16_t>(value));
        break;
      case kind::i64:
        out_.writeI64(value);
        break;
      default:
        out_.writeI32(static_cast<std::int32_t>(value));
    }
  }
  void floating(double value) { out_.writeDouble(value); }
  void text(std::string_view value) { out_.writeString(std::string(value)); }
  void binary(std::string_view value) { out_.writeBinary(std::string(value)); }

 private:
  Protocol& out_;
};

template <class Protocol>
void write(std::string_view compact, const schema::structure& shape, std::string& bytes) {
  const auto memory = std::make_shared<TMemoryBuffer>();
  Protocol writer(memory);
  thrift_sink<Protocol> out(writer);
  walk(compact, shape, out);
  memory->appendBufferToString(bytes);
}

}  // namespace

result<> to_thrift(std::string_view compact, const schema::structure& shape, protocol out, std::string& bytes) {
  try {
    switch (out) {
      case protocol::binary:
        write<thrift::TBinaryProtocolT<TMemoryBuffer>>(compact, shape, bytes);
        break;
      case protocol::compact:
        write<thrift::TCompactProtocolT<TMemoryBuffer>>(compact, shape, bytes);
        break;
      case protocol::json:
        write<thrift::TJSONProtocol>(compact, shape, bytes);
        break;
    }
    return {};
  } catch (const corrupt_bytes& fault) {
    return error{errc::corrupt, shape.name + ": " + fault.what};
  } catch (const apache::thrift::TException& fault) {
    return error{errc::corrupt, shape.name + ": " + fault.what()};
  }
}

}  // namespace weir::codec
