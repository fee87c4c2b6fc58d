#include "codec/pointer.hpp"

#include "codec/utf8.hpp"

namespace weir::codec {

void append_pointer(std::string& pointer, std::string_view name) {
  pointer += '/';
  for (const char c : utf8_prefix(name, pointer_name_bytes_max)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

}  // namespace weir::codec
