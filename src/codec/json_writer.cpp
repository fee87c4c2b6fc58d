#include "codec/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace weir::codec {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escape(std::string& json, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  json += '\\';
  switch (c) {
    case '"':
    case '\\':
      json += c;
      break;
    case '\b':
      json += 'b';
      break;
    case '\f':
      json += 'f';
      break;
    case '\n':
      json += 'n';
      break;
    case '\r':
      json += 'r';
      break;
    case '\t':
      json += 't';
      break;
    default:
      json += "u00";
      json += digits[static_cast<unsigned char>(c) >> 4];
      json += digits[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
  json += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    json.append(text, plain, i - plain);
    append_escape(json, text[i]);
    plain = i + 1;
  }
  json.append(text, plain);
  json += '"';
}

void append_json_integer(std::string& json, std::int64_t value) {
  std::array<char, 24> digits;
  json.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void append_json_double(std::string& json, double value) {
  if (std::isnan(value)) {
    json += "\"NaN\"";
  } else if (std::isinf(value)) {
    json += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    std::array<char, 32> digits;
    const std::string_view text(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
    json += text;
    if (text.find_first_of(".e") == text.npos) json += ".0";
  }
}

}  // namespace weir::codec
