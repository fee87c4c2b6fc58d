#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "codec/codec.hpp"
#include "schema/schema.hpp"

/// Thrift's messages: a header, and one struct.
namespace weir::rpc {

/// Thrift's numbers. A received message may have any other.
enum class message_type : std::uint8_t { call = 1, reply = 2, exception = 3, oneway = 4 };

struct message_header {
  std::string name;
  message_type type = message_type::call;
  std::int32_t sequence_id = 0;
};

struct message {
  message_header header;
  std::string_view arguments;               ///< one struct in the message's protocol
  std::unique_ptr<const std::string> text;  ///< for JSON: the plain form of the message; `arguments` points into it
};

/// The types of Thrift's TApplicationException: why there is no result at all.
enum class fault_type : std::int32_t {
  unknown = 0,
  unknown_method = 1,
  invalid_message_type = 2,
  internal_error = 6,
  protocol_error = 7,
};

/// JSON white space, which may precede a JSON message.
inline constexpr std::string_view json_space = " \t\r\n";

/// The protocol of a message by its first two bytes (after white space); nothing if it is unknown. TBinary without a
/// version, which old clients write, begins with the length of the method's name: two zeros.
[[nodiscard]] std::optional<codec::protocol> protocol_of(std::string_view beginning);

/// The header of a message that may be incomplete. Error errc::invalid.
[[nodiscard]] result<message_header> read_header(std::string_view beginning, codec::protocol in);

/// Splits a whole message into header and struct; the codec must check the struct. Error errc::invalid.
[[nodiscard]] result<message> read_message(std::string_view bytes, codec::protocol in);

/// A message around the compact bytes of a result. Error errc::corrupt as codec::to_thrift.
[[nodiscard]] result<std::string> write_reply(const message_header& to, std::string_view compact,
                                              const schema::structure& shape, codec::protocol in);

/// A message around a TApplicationException. The detail is UTF-8.
[[nodiscard]] std::string write_fault(const message_header& to, fault_type type, std::string_view detail,
                                      codec::protocol in);

}  // namespace weir::rpc
