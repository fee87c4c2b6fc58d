#include "base/url.hpp"

namespace weir {
namespace {

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

void append_escaped(std::string& url, std::string_view text, std::string_view harmless) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_alphanumeric(c) || harmless.find(c) != harmless.npos) {
      url += c;
    } else {
      url += '%';
      url += digits[static_cast<unsigned char>(c) >> 4];
      url += digits[static_cast<unsigned char>(c) & 15];
    }
  }
}

}  // namespace

void append_path_segment(std::string& url, std::string_view text) { append_escaped(url, text, "-._~!$'()*+,;=:@"); }

void append_query_value(std::string& url, std::string_view text) { append_escaped(url, text, "-._~!$'()*,;:@/"); }

}  // namespace weir
