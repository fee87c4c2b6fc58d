#include "http/trace_context.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace weir::http {
namespace {

bool is_lower_hexadecimal(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

/// Section 3.2.2.3: an unknown version may carry more, after a hyphen; version ff is forbidden.
bool is_well_formed(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (!is_lower_hexadecimal(version) || version == "ff") return false;
  if (text.size() > 55 && (version == "00" || text[55] != '-')) return false;
  const std::string_view trace = text.substr(3, 32), span = text.substr(36, 16), flags = text.substr(53, 2);
  return is_lower_hexadecimal(trace) && is_lower_hexadecimal(span) && is_lower_hexadecimal(flags) && !is_zero(trace) &&
         !is_zero(span);
}

}  // namespace

std::string trace_context::traceparent() const {
  std::string text = "00-";
  text.append(trace_id).append("-").append(span_id).append("-").append(flags);
  return text;
}

trace_context continue_or_begin(std::optional<std::string_view> traceparent) {
  if (traceparent && is_well_formed(*traceparent)) {
    return {std::string(traceparent->substr(3, 32)), random_hex(8), std::string(traceparent->substr(53, 2))};
  }
  return {random_hex(16), random_hex(8)};
}

}  // namespace weir::http
