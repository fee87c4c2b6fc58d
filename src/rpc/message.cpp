#include "rpc/message.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include <thrift/TApplicationException.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "codec/exact_json_protocol.hpp"
#include "rpc/struct_scanner.hpp"

namespace weir::rpc {
namespace {

namespace thrift = apache::thrift::protocol;
using apache::thrift::transport::TMemoryBuffer;

constexpr std::string_view truncated = "The message is truncated: it ends before its struct does.";

std::shared_ptr<TMemoryBuffer> memory_of(std::string_view bytes) {
  auto* const begin =
      const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data()));  // it is only read
  return std::make_shared<TMemoryBuffer>(begin, static_cast<std::uint32_t>(bytes.size()), TMemoryBuffer::OBSERVE);
}

/// TBinary is read with and without a version, and written with it, as Apache's servers do.
/// `bytes_max`: no string is longer, and none that claims to be has memory taken for it.
std::unique_ptr<thrift::TProtocol> protocol_over(const std::shared_ptr<TMemoryBuffer>& memory, codec::protocol which,
                                                 std::size_t bytes_max) {
  const auto limit = static_cast<std::int32_t>(
      std::clamp<std::size_t>(bytes_max, 1, static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())));
  switch (which) {
    case codec::protocol::binary:
      return std::make_unique<thrift::TBinaryProtocolT<TMemoryBuffer>>(memory, limit, limit, false, true);
    case codec::protocol::compact:
      return std::make_unique<thrift::TCompactProtocolT<TMemoryBuffer>>(memory, limit, limit);
    case codec::protocol::json:
      return std::make_unique<thrift::TJSONProtocol>(memory);
  }
  return nullptr;
}

/// Thrift puts any number it reads into its enum; only its bytes may be looked at before it is known to be one.
message_type checked(const thrift::TMessageType& found) {
  static_assert(sizeof(found) == sizeof(std::uint32_t));
  std::uint32_t number = 0;
  std::memcpy(&number, &found, sizeof number);
  return static_cast<message_type>(std::min<std::uint32_t>(number, 0xff));
}

struct read_part {
  message_header header;
  std::size_t bytes;  ///< how long the header is
};

result<read_part> read_beginning(std::string_view bytes, codec::protocol in) {
  const auto memory = memory_of(bytes);
  try {
    read_part read;
    thrift::TMessageType type = thrift::T_CALL;
    protocol_over(memory, in, bytes.size())->readMessageBegin(read.header.name, type, read.header.sequence_id);
    read.header.type = checked(type);
    read.bytes = bytes.size() - memory->available_read();
    return read;
  } catch (const apache::thrift::TException& fault) {
    return error{errc::invalid, std::string("not the header of a Thrift message: ") + fault.what()};
  }
}

/// What stands between a JSON message's header and the bracket that ends it; nothing if there is no such bracket.
std::optional<std::string_view> inside_of_array(std::string_view bytes, std::size_t header_bytes) {
  // The reader has taken the comma after the header's last number too, to see that the number ends.
  const std::size_t end = bytes.size() - 1;
  if (bytes[header_bytes - 1] != ',' || end < header_bytes || bytes[end] != ']') return std::nullopt;
  return bytes.substr(header_bytes, end - header_bytes);
}

/// Why bytes are no whole TBinary message. Thrift's reader takes any number for a type; only after this they are types.
std::optional<error> fault_of_binary(std::string_view bytes) {
  const auto found = struct_scanner(bytes.size()).look(bytes);
  if (const auto* why = std::get_if<struct_scanner::fault>(&found)) {
    // The scanner's limit is the message itself.
    return error{errc::invalid, std::string(why->beyond_limit ? truncated : why->detail)};
  }
  const auto* end = std::get_if<struct_scanner::complete>(&found);
  if (end == nullptr) return error{errc::invalid, std::string(truncated)};
  if (end->bytes != bytes.size()) return error{errc::invalid, "The message has bytes after its end."};
  return std::nullopt;
}

result<message> read_json_message(std::string_view bytes) {
  std::unique_ptr<const std::string> plain;
  try {
    plain = std::make_unique<const std::string>(codec::plain_json(bytes));
  } catch (const apache::thrift::TException& fault) {
    return error{errc::invalid, std::string("not a Thrift message: ") + fault.what()};
  }
  auto read = read_beginning(*plain, codec::protocol::json);
  if (read.has_error()) return read.error();
  const auto arguments = inside_of_array(*plain, read->bytes);
  if (!arguments) return error{errc::invalid, "not a Thrift message: it does not end as it begins"};
  return message{std::move(read->header), *arguments, std::move(plain)};
}

thrift::TMessageType thrift_type(message_type type) { return static_cast<thrift::TMessageType>(type); }

}  // namespace

std::optional<codec::protocol> protocol_of(std::string_view beginning) {
  const auto begins = beginning.find_first_not_of(json_space);
  if (begins != beginning.npos && beginning[begins] == '[') return codec::protocol::json;
  if (beginning.starts_with("\x80\x01") || beginning.starts_with(std::string_view("\0\0", 2)))
    return codec::protocol::binary;
  if (beginning.starts_with('\x82')) return codec::protocol::compact;
  return std::nullopt;
}

result<message_header> read_header(std::string_view beginning, codec::protocol in) {
  const std::string plain = in == codec::protocol::json ? codec::plain_json_beginning(beginning) : "";
  auto read = read_beginning(in == codec::protocol::json ? plain : beginning, in);
  if (read.has_error()) return read.error();
  return std::move(read->header);
}

result<message> read_message(std::string_view bytes, codec::protocol in) {
  if (in == codec::protocol::json) return read_json_message(bytes);
  auto read = read_beginning(bytes, in);
  if (read.has_error()) return read.error();
  if (in == codec::protocol::binary) {
    if (auto fault = fault_of_binary(bytes)) return std::move(*fault);
  }
  return message{std::move(read->header), bytes.substr(read->bytes), nullptr};
}

result<std::string> write_reply(const message_header& to, std::string_view compact, const schema::structure& shape,
                                codec::protocol in) {
  const auto memory = std::make_shared<TMemoryBuffer>();
  protocol_over(memory, in, 0)->writeMessageBegin(to.name, thrift_type(message_type::reply), to.sequence_id);
  std::string bytes = memory->getBufferAsString();
  const bool json = in == codec::protocol::json;
  if (json) bytes += ',';
  const auto written = codec::to_thrift(compact, shape, in, bytes);
  if (written.has_error()) return written.error();
  if (json) bytes += ']';
  return bytes;
}

std::string write_fault(const message_header& to, fault_type type, std::string_view detail, codec::protocol in) {
  using apache::thrift::TApplicationException;
  const TApplicationException fault(static_cast<TApplicationException::TApplicationExceptionType>(type),
                                    std::string(detail));
  const auto memory = std::make_shared<TMemoryBuffer>();
  const auto out = protocol_over(memory, in, 0);
  out->writeMessageBegin(to.name, thrift_type(message_type::exception), to.sequence_id);
  fault.write(out.get());
  out->writeMessageEnd();
  return memory->getBufferAsString();
}

}  // namespace weir::rpc
