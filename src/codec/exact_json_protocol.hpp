#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>

namespace weir::codec {

/// Thrift's JSON protocol with numbers that are what the text says. TJSONProtocol takes a number out of range for the
/// nearest one in range, and no number at all for 0; here both throw TProtocolException.
class exact_json_protocol : public apache::thrift::protocol::TJSONProtocol {
 public:
  /// `bytes`: what the memory holds, from its beginning.
  exact_json_protocol(std::shared_ptr<apache::thrift::transport::TMemoryBuffer> memory, std::string_view bytes);

  bool boolean();
  std::int64_t integer();  ///< of any width
  double floating();

  /// Whether the text has the escape of U+0000, which TJSONProtocol passes over without a word.
  [[nodiscard]] static bool would_lose_part_of(std::string_view text);

 private:
  /// The characters of the number that was read last; "" if there were none.
  [[nodiscard]] std::string_view last_number() const;

  std::shared_ptr<apache::thrift::transport::TMemoryBuffer> memory_;
  std::string_view bytes_;
};

}  // namespace weir::codec
