#pragma once

#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include <memory>
#include <string>
#include <string_view>

namespace weir::codec {

/// Compact bytes of a generated struct.
template <class Struct>
[[nodiscard]] std::string encode(const Struct& value) {
  auto memory = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
  apache::thrift::protocol::TCompactProtocolT<apache::thrift::transport::TMemoryBuffer> protocol(memory);
  value.write(&protocol);
  return memory->getBufferAsString();
}

/// A generated struct from compact bytes. Throws apache::thrift::TException if they hold no such struct: bytes that came
/// through the codec or from encode() always do.
template <class Struct>
[[nodiscard]] Struct decode(std::string_view compact) {
  auto memory = std::make_shared<apache::thrift::transport::TMemoryBuffer>(
      const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(compact.data())),
      static_cast<std::uint32_t>(compact.size()), apache::thrift::transport::TMemoryBuffer::OBSERVE);
  apache::thrift::protocol::TCompactProtocolT<apache::thrift::transport::TMemoryBuffer> protocol(memory);
  Struct value;
  value.read(&protocol);
  return value;
}

}  // namespace weir::codec
