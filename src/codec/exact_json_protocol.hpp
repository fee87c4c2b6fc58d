#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>

namespace weir::codec {

/// JSON text (RFC 8259) in the form that TJSONProtocol reads, which is less than JSON: without white space between
/// tokens, and in strings with no escapes but of the quotation mark and the backslash. Other characters stand for
/// themselves. Throws TProtocolException for a string that does not end, for an escape that is none or is half of a
/// pair, and for two values with nothing but white space between them.
[[nodiscard]] std::string plain_json(std::string_view text);

/// The same for a text that may be incomplete: up to the place where plain_json would throw.
[[nodiscard]] std::string plain_json_beginning(std::string_view text);

/// Thrift's JSON protocol with numbers that are what the text says. TJSONProtocol takes a number out of range for the
/// nearest one in range, and no number at all for 0; here both throw TProtocolException.
class exact_json_protocol : public apache::thrift::protocol::TJSONProtocol {
 public:
  /// `bytes`: what the memory holds, from its beginning.
  exact_json_protocol(std::shared_ptr<apache::thrift::transport::TMemoryBuffer> memory, std::string_view bytes);

  bool boolean();
  std::int64_t integer();  ///< of any width
  double floating();

  /// Passes over a value of this type and all that is in it.
  std::uint32_t skip(apache::thrift::protocol::TType type) { return apache::thrift::protocol::skip(*this, type); }
  /// For skip(). TJSONProtocol's own ends the process at a number above 255.
  std::uint32_t readByte(std::int8_t& value);

 private:
  /// The characters of the number that was read last; "" if there were none.
  [[nodiscard]] std::string_view last_number() const;

  std::shared_ptr<apache::thrift::transport::TMemoryBuffer> memory_;
  std::string_view bytes_;
};

}  // namespace weir::codec
