#include "codec/exact_json_protocol.hpp"

#include <algorithm>
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

[[noreturn]] void refuse_text(const char* why) { throw TProtocolException(TProtocolException::INVALID_DATA, why); }

void append_utf8(std::string& text, std::uint32_t point) {
  const auto continuation = [&](unsigned shift) { text += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0 | point >> 6);
    continuation(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xe0 | point >> 12);
    continuation(6);
    continuation(0);
  } else {
    text += static_cast<char>(0xf0 | point >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

/// Reads JSON text from its front, and writes the plain form.
class plain_writer {
 public:
  explicit plain_writer(std::string_view text) : rest_(text) { plain_.reserve(text.size()); }

  void write() {
    while (!rest_.empty()) {
      const std::size_t begins = rest_.find_first_of(special);
      plain_ += rest_.substr(0, begins);
      if (begins == rest_.npos) break;
      const bool is_string = rest_[begins] == '"';
      rest_.remove_prefix(begins + (is_string ? 1 : 0));
      is_string ? string() : white_space();
    }
  }

  [[nodiscard]] std::string written() && { return std::move(plain_); }

 private:
  static constexpr std::string_view space = " \t\r\n", special = " \t\r\n\"";

  void white_space() {
    constexpr std::string_view structural = "[]{}:,\"";
    rest_.remove_prefix(std::min(rest_.find_first_not_of(space), rest_.size()));
    if (rest_.empty() || plain_.empty()) return;
    const bool joins =
        structural.find(plain_.back()) == structural.npos && structural.find(rest_.front()) == structural.npos;
    if (joins) refuse_text("JSON has two values with nothing but white space between them");
  }

  /// What follows the quotation mark, up to the one that ends it.
  void string() {
    plain_ += '"';
    for (;;) {
      const std::size_t end = rest_.find_first_of("\"\\");
      if (end == rest_.npos) refuse_text("a JSON string does not end");
      plain_ += rest_.substr(0, end);
      const bool escaped = rest_[end] == '\\';
      rest_.remove_prefix(end + 1);
      if (!escaped) break;
      escape();
    }
    plain_ += '"';
  }

  /// What follows the backslash.
  void escape() {
    constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) refuse_text("a JSON string does not end");
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    if (letter == 'u') return put(code_point());
    const std::size_t place = letters.find(letter);
    if (place == letters.npos) refuse_text("a JSON string has an unknown escape");
    put(static_cast<std::uint32_t>(meant[place]));
  }

  void put(std::uint32_t point) {
    if (point == '"' || point == '\\') plain_ += '\\';
    append_utf8(plain_, point);
  }

  std::uint32_t code_point() {
    const std::uint32_t first = code_unit();
    if (first < 0xd800 || first > 0xdfff) return first;
    if (first > 0xdbff || !rest_.starts_with("\\u")) refuse_text("a JSON string has half of a surrogate pair");
    rest_.remove_prefix(2);
    const std::uint32_t second = code_unit();
    if (second < 0xdc00 || second > 0xdfff) refuse_text("a JSON string has half of a surrogate pair");
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }

  std::uint32_t code_unit() {
    std::uint32_t unit = 0;
    const std::string_view digits = rest_.substr(0, 4);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() < 4 || fault != std::errc{} || end != digits.data() + 4) {
      refuse_text("a JSON string has \\u without four hexadecimal digits");
    }
    rest_.remove_prefix(4);
    return unit;
  }

  std::string_view rest_;
  std::string plain_;
};

[[noreturn]] void refuse(std::string_view text) {
  throw TProtocolException(TProtocolException::INVALID_DATA,
                           "\"" + std::string(text.substr(0, 40)) + "\" is no number of its type");
}

}  // namespace

std::string plain_json(std::string_view text) {
  plain_writer writer(text);
  writer.write();
  return std::move(writer).written();
}

std::string plain_json_beginning(std::string_view text) {
  plain_writer writer(text);
  try {
    writer.write();
  } catch (const TProtocolException&) {
    // What comes before the fault is what was asked for.
  }
  return std::move(writer).written();
}

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

std::uint32_t exact_json_protocol::readByte(std::int8_t& value) {
  std::int64_t number = 0;
  const std::uint32_t bytes = readI64(number);
  value = static_cast<std::int8_t>(number);
  return bytes;
}

double exact_json_protocol::floating() {
  double value = 0;
  readDouble(value);
  // NaN and the infinities are words.
  if (std::isfinite(value) && !is_text_of(value, last_number())) refuse(last_number());
  return value;
}

std::string_view exact_json_protocol::last_number() const {
  // The protocol has looked at one character beyond the number, to see that it ends.
  const std::size_t read = bytes_.size() - memory_->available_read();
  const std::string_view before = bytes_.substr(0, read > 0 ? read - 1 : 0);
  return before.substr(before.find_last_not_of("+-.0123456789Ee") + 1);  // npos + 1 is 0
}

}  // namespace weir::codec
