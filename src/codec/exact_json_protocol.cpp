#include "codec/exact_json_protocol.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace weir::codec {
namespace {

using apache::thrift::protocol::TProtocolException;

template <class Number>
bool is_text_of(Number value, std::string_view text) {
  Number read{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), read);
  return fault == std::errc{} && end == text.data() + text.size() && read == value;
}

[[noreturn]] void refuse(std::string_view text) {
  throw TProtocolException(TProtocolException::INVALID_DATA,
                           "\"" + std::string(text.substr(0, 40)) + "\" is no number of its type");
}

}  // namespace

exact_json_protocol::exact_json_protocol(std::shared_ptr<apache::thrift::transport::TMemoryBuffer> memory,
                                         std::string_view bytes)
    : TJSONProtocol(memory), memory_(std::move(memory)), bytes_(bytes) {}

bool exact_json_protocol::boolean() {
  const std::int64_t value = integer();
  if (value != 0 && value != 1) refuse(last_number());
  return value == 1;
}

std::int64_t exact_json_protocol::integer() {
  std::int64_t value = 0;
  readI64(value);
  if (!is_text_of(value, last_number())) refuse(last_number());
  return value;
}

double exact_json_protocol::floating() {
  double value = 0;
  readDouble(value);
  // NaN and the infinities are words.
  if (std::isfinite(value) && !is_text_of(value, last_number())) refuse(last_number());
  return value;
}

bool exact_json_protocol::would_lose_part_of(std::string_view text) {
  for (std::size_t at = 0; (at = text.find('\\', at)) != text.npos; at += 2) {
    if (text.substr(at, 6) == "\\u0000") return true;
  }
  return false;
}

std::string_view exact_json_protocol::last_number() const {
  // The protocol has looked at one character beyond the number, to see that it ends.
  const std::size_t read = bytes_.size() - memory_->available_read();
  const std::string_view before = bytes_.substr(0, read > 0 ? read - 1 : 0);
  return before.substr(before.find_last_not_of("+-.0123456789Ee") + 1);  // npos + 1 is 0
}

}  // namespace weir::codec
