#include "http/message.hpp"

#include <algorithm>
#include <array>

namespace weir::http {
namespace {

/// Holds the fields of most answers.
constexpr std::size_t usual_fields_bytes = 256;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string_view name_of(method which) {
  static constexpr std::array<std::string_view, method_count> names{"GET",   "HEAD",   "POST",    "PUT",
                                                                    "PATCH", "DELETE", "OPTIONS", "other"};
  return names[static_cast<std::size_t>(which)];
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> request::field(std::string_view name) const {
  for (const header_field& each : fields) {
    if (equals_ignoring_case(each.name, name)) return each.value;
  }
  return std::nullopt;
}

std::optional<std::string> request::field_list(std::string_view name) const {
  std::optional<std::string> all;
  for (const header_field& each : fields) {
    if (!equals_ignoring_case(each.name, name)) continue;
    if (all) {
      all->append(", ").append(each.value);
    } else {
      all.emplace(each.value);
    }
  }
  return all;
}

std::size_t request::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const header_field& each) { return equals_ignoring_case(each.name, name); }));
}

response& response::set(std::string_view name, std::string_view value) {
  if (fields.empty()) fields.reserve(usual_fields_bytes);
  fields.append(name).append(": ");
  if (std::none_of(value.begin(), value.end(), is_control)) {
    fields.append(value);
  } else {
    std::copy_if(value.begin(), value.end(), std::back_inserter(fields), [](char c) { return !is_control(c); });
  }
  fields.append("\r\n");
  return *this;
}

void response::remove(std::string_view name) {
  for (std::size_t at = fields.find(name); at != fields.npos; at = fields.find(name, at)) {
    const bool begins_line = at == 0 || fields[at - 1] == '\n';
    if (begins_line && fields.compare(at + name.size(), 2, ": ") == 0) {
      fields.erase(at, fields.find('\n', at) + 1 - at);
    } else {
      ++at;
    }
  }
}

bool response::has(std::string_view name) const {
  for (std::size_t at = fields.find(name); at != fields.npos; at = fields.find(name, at + 1)) {
    const bool begins_line = at == 0 || fields[at - 1] == '\n';
    if (begins_line && fields.compare(at + name.size(), 2, ": ") == 0) return true;
  }
  return false;
}

response ok(std::string_view content_type, std::string body) {
  response answer;
  answer.set("Content-Type", content_type);
  answer.body = std::move(body);
  return answer;
}

}  // namespace weir::http
