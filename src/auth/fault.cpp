#include "auth/fault.hpp"

namespace weir::auth {

std::string faults::text() const {
  std::string text;
  for (const fault& each : all) {
    if (!text.empty()) text += '\n';
    text += each.file + ": ";
    if (!each.pointer.empty()) text += each.pointer + ": ";
    text += each.detail;
  }
  return text;
}

void throw_exception_from_error(const faults& all, const boost::source_location&) {
  throw fatal_error({errc::invalid, all.text()});
}

std::string pointer_to(const std::string& parent, const std::string& member) {
  std::string pointer = parent + '/';
  for (const char c : member) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string pointer_to(const std::string& parent, std::size_t index) { return parent + '/' + std::to_string(index); }

}  // namespace weir::auth
