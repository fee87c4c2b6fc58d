#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
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

/// Bytes that are read where they are.
class bytes_in_place : public apache::thrift::transport::TVirtualTransport<bytes_in_place> {
 public:
  void begin(std::string_view bytes) { left_ = bytes; }

  [[nodiscard]] bool isOpen() const override { return true; }
  std::uint32_t read(std::uint8_t* into, std::uint32_t size) {
    size = static_cast<std::uint32_t>(std::min<std::size_t>(size, left_.size()));
    if (size > 0) std::memcpy(into, left_.data(), size);
    left_.remove_prefix(size);
    return size;
  }
  const std::uint8_t* borrow(std::uint8_t*, std::uint32_t* size) {
    if (*size > left_.size()) return nullptr;
    *size = static_cast<std::uint32_t>(left_.size());
    return reinterpret_cast<const std::uint8_t*>(left_.data());
  }
  void consume(std::uint32_t size) {
    if (size > left_.size()) throw apache::thrift::transport::TTransportException("more is consumed than there is");
    left_.remove_prefix(size);
  }

 private:
  std::string_view left_;
};

class reading_protocol : public apache::thrift::protocol::TCompactProtocolT<bytes_in_place> {
 public:
  using TCompactProtocolT::TCompactProtocolT;
  /// What a string or container may claim to hold at the most.
  void set_limit(std::int32_t size) { string_limit_ = container_limit_ = size; }
};

/// A protocol that is kept for the next struct, unless reading failed half-way.
class kept_decoder {
 public:
  template <class Struct>
  Struct decode(std::string_view bytes) {
    // An element takes a byte at least: a container that claims more is refused before memory is taken for it.
    const auto limit =
        static_cast<std::int32_t>(std::clamp<std::size_t>(bytes.size(), 1, std::numeric_limits<std::int32_t>::max()));
    if (!protocol_) renew();
    auto protocol = std::move(protocol_);  // stays away if read() throws: its state would be of no use
    in_->begin(bytes);
    protocol->set_limit(limit);
    Struct value;
    value.read(protocol.get());
    protocol_ = std::move(protocol);
    return value;
  }

 private:
  void renew() {
    in_ = std::make_shared<bytes_in_place>();
    protocol_ = std::make_unique<reading_protocol>(in_);
  }

  std::shared_ptr<bytes_in_place> in_;
  std::unique_ptr<reading_protocol> protocol_;
};

inline kept_decoder& thread_decoder() {
  thread_local kept_decoder decoder;
  return decoder;
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
  return detail::thread_decoder().decode<Struct>(compact);
}

}  // namespace weir::codec
