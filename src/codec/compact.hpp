#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

/// Generated structs to and from compact bytes.
///
/// Concurrency: from any thread; each keeps one buffer of its own, for making Thrift's protocol objects anew costs more
///              than encoding a small struct.
namespace weir::codec {

namespace detail {

using memory_buffer = apache::thrift::transport::TMemoryBuffer;
using compact_protocol = apache::thrift::protocol::TCompactProtocolT<memory_buffer>;

/// A protocol over a buffer that is kept for the next struct, unless that one was large or failed half-way.
class kept_encoder {
 public:
  template <class Struct>
  std::string encode(const Struct& value) {
    if (!protocol_) renew();
    auto protocol = std::move(protocol_);  // stays away if write() throws: its state would be of no use
    value.write(protocol.get());
    std::uint8_t* bytes = nullptr;
    std::uint32_t size = 0;
    memory_->getBuffer(&bytes, &size);
    std::string encoded(reinterpret_cast<const char*>(bytes), size);
    memory_->resetBuffer();
    if (size <= kept_bytes_max) protocol_ = std::move(protocol);
    return encoded;
  }

 private:
  static constexpr std::uint32_t kept_bytes_max = 64u << 10;

  void renew() {
    memory_ = std::make_shared<memory_buffer>();
    protocol_ = std::make_unique<compact_protocol>(memory_);
  }

  std::shared_ptr<memory_buffer> memory_;
  std::unique_ptr<compact_protocol> protocol_;
};

inline kept_encoder& thread_encoder() {
  thread_local kept_encoder encoder;
  return encoder;
}

}  // namespace detail

/// Compact bytes of a generated struct. A required field that was never set has its type's initial value.
template <class Struct>
[[nodiscard]] std::string encode(const Struct& value) {
  return detail::thread_encoder().encode(value);
}

/// A generated struct from compact bytes. Throws apache::thrift::TException if they hold no such struct: bytes that
/// came through the codec or from encode() always do.
template <class Struct>
[[nodiscard]] Struct decode(std::string_view compact) {
  const auto size = static_cast<std::uint32_t>(compact.size());
  auto memory = std::make_shared<detail::memory_buffer>(
      const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(compact.data())), size,
      detail::memory_buffer::OBSERVE);
  // An element takes a byte at least: a container that claims more is refused before memory is taken for it.
  const auto limit = static_cast<std::int32_t>(
      std::clamp<std::uint32_t>(size, 1, static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max())));
  detail::compact_protocol protocol(std::move(memory), limit, limit);
  Struct value;
  value.read(&protocol);
  return value;
}

}  // namespace weir::codec
