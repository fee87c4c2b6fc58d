#include "rpc/message_finder.hpp"

#include <algorithm>
#include <cstdint>

#include "rpc/message.hpp"

namespace weir::rpc {
namespace {

constexpr std::size_t length_bytes = 4;
/// From how many bytes on it is plain in which protocol a message is.
constexpr std::size_t telling_bytes = 2;
/// No method has a longer name; what would claim one is no message without a version.
constexpr std::size_t name_bytes_max = 1024;

std::uint32_t length_of_frame(std::string_view input) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | static_cast<std::uint8_t>(input[i]);
  return length;
}

bool can_begin_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A message without a frame: with a version, or without one, where the method's name stands in place of what a frame
/// holds. The name may be of a method that there is not.
bool is_unframed(std::string_view input) {
  if (input.starts_with('\x80')) return true;
  return input.size() > length_bytes && length_of_frame(input) <= name_bytes_max &&
         can_begin_a_name(input[length_bytes]);
}

}  // namespace

message_finder::verdict message_finder::look(std::string_view input) {
  if (input.empty()) return incomplete{};
  if (!is_unframed(input)) return look_at_frame(input);
  const struct_scanner::verdict found = scanner_.look(input);
  if (const auto* end = std::get_if<struct_scanner::complete>(&found)) {
    return complete{end->bytes, input.substr(0, end->bytes), codec::protocol::binary, false};
  }
  if (const auto* why = std::get_if<struct_scanner::fault>(&found)) return fault{why->detail};
  return incomplete{};
}

message_finder::verdict message_finder::look_at_frame(std::string_view input) const {
  if (input.size() < length_bytes) return incomplete{};
  const std::size_t length = length_of_frame(input);
  if (length > bytes_max_) return fault{"The message is too large."};
  if (input.size() == length_bytes) return incomplete{};  // it may be the length of a name
  if (length < telling_bytes) return fault{"The frame holds no message."};
  const std::string_view message = input.substr(length_bytes, length);
  if (message.size() < telling_bytes) return incomplete{};
  const auto in = protocol_of(message);
  const bool only_space = message.find_first_not_of(json_space) == message.npos;
  if (!in && only_space && message.size() < length) return incomplete{};
  if (!in) return fault{"The message is in none of Thrift's protocols."};
  if (message.size() < length) return incomplete{};
  return complete{length_bytes + length, message, *in, true};
}

message_finder::beginning message_finder::begin_of(std::string_view input) {
  if (is_unframed(input)) return {input, protocol_of(input), false};
  const std::string_view message = input.substr(std::min(input.size(), length_bytes));
  return {message, protocol_of(message), true};
}

}  // namespace weir::rpc
