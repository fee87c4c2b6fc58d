#include "http/header_values.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"

namespace weir::http {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Splits at a character that is not within a quoted string.
std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == at && !quoted)) {
      const std::string_view part = trim(text.substr(start, i - start));
      if (!part.empty()) parts.push_back(part);
      start = i + 1;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '\\' && quoted && i + 1 < text.size()) {
      ++i;
    }
  }
  return parts;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

/// name=value, either without the spaces around it; the value "" if there is none.
std::pair<std::string_view, std::string_view> name_and_value(std::string_view parameter) {
  const std::size_t equals = std::min(parameter.find('='), parameter.size());
  const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
  return {trim(parameter.substr(0, equals)), unquoted(trim(value))};
}

/// How exactly a range of Accept names a type: 3 type/subtype, 2 type/*, 1 */*, 0 not at all.
int specificity(std::string_view range, std::string_view type) {
  if (equals_ignoring_case(range, type)) return 3;
  if (range == "*/*" || range == "*") return 1;
  const std::string_view main = type.substr(0, type.find('/') + 1);
  return range.ends_with("/*") && equals_ignoring_case(range.substr(0, range.size() - 1), main) ? 2 : 0;
}

/// A weight such as 0.5 in thousandths; what is malformed counts as 1.
int thousandths(std::string_view weight) {
  int value = 0;
  int scale = 1000;
  bool fraction = false;
  for (const char c : weight) {
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      if (fraction) scale /= 10;
      value += (c - '0') * scale;
    } else {
      return 1000;
    }
  }
  return weight.empty() ? 1000 : std::min(value, 1000);
}

/// The value of a preference; of several, the first counts.
std::optional<std::string> preference_of(const request& asked, std::string_view preference) {
  const auto list = asked.field_list("Prefer");
  if (!list) return std::nullopt;
  for (const std::string_view element : list_elements(*list)) {
    const std::vector<std::string_view> parts = split(element, ';');
    if (parts.empty()) continue;
    const auto [name, preferred] = name_and_value(parts.front());
    if (equals_ignoring_case(name, preference)) return std::string(preferred);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> list_elements(std::string_view list) { return split(list, ','); }

std::string_view media_type(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  const std::size_t slash = type.find('/');
  return slash == type.npos || slash == 0 || slash + 1 == type.size() ? std::string_view{} : type;
}

bool is_json(std::string_view content_type) {
  if (!equals_ignoring_case(media_type(content_type), "application/json")) return false;
  const std::size_t parameters = std::min(content_type.find(';'), content_type.size());
  for (const std::string_view each : split(content_type.substr(parameters), ';')) {
    const auto [name, value] = name_and_value(each);
    if (equals_ignoring_case(name, "charset") && !equals_ignoring_case(value, "utf-8")) return false;
  }
  return true;
}

int quality(const request& asked, std::string_view type) {
  const auto accept = asked.field_list("Accept");
  if (!accept || trim(*accept).empty()) return 1000;
  int best = 0;
  int weight = 0;
  for (const std::string_view element : list_elements(*accept)) {
    const std::vector<std::string_view> parts = split(element, ';');
    if (parts.empty()) continue;
    const int exact = specificity(parts.front(), type);
    if (exact <= best) continue;
    best = exact;
    weight = 1000;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto [name, value] = name_and_value(parts[i]);
      if (equals_ignoring_case(name, "q")) weight = thousandths(value);
    }
  }
  return weight;
}

bool accepts(const request& asked, std::string_view type) { return quality(asked, type) > 0; }

std::optional<entity_condition> read_condition(std::string_view value) {
  entity_condition condition;
  value = trim(value);
  if (value == "*") {
    condition.any = true;
    return condition;
  }
  for (std::string_view element : list_elements(value)) {
    entity_tag tag;
    if (element.starts_with("W/")) {
      tag.weak = true;
      element.remove_prefix(2);
    }
    if (element.size() < 2 || element.front() != '"' || element.back() != '"') return std::nullopt;
    tag.opaque = element.substr(1, element.size() - 2);
    if (tag.opaque.find('"') != tag.opaque.npos) return std::nullopt;
    condition.tags.push_back(tag);
  }
  if (condition.tags.empty()) return std::nullopt;
  return condition;
}

bool client_has(const request& asked, std::string_view opaque_tag) {
  const auto value = asked.field_list("If-None-Match");
  if (!value) return false;
  const auto condition = read_condition(*value);
  if (!condition) return false;
  return condition->any || std::any_of(condition->tags.begin(), condition->tags.end(),
                                       [&](const entity_tag& tag) { return tag.opaque == opaque_tag; });
}

std::optional<std::uint64_t> tag_number(const entity_tag& tag) {
  std::uint64_t number = 0;
  const char* end = tag.opaque.data() + tag.opaque.size();
  const auto [read_to, fault] = std::from_chars(tag.opaque.data(), end, number);
  if (fault != std::errc{} || read_to != end || std::to_string(number) != tag.opaque) return std::nullopt;
  return number;
}

std::optional<std::string> idempotency_key(std::string_view value) {
  value = trim(value);
  std::string key;
  if (value.starts_with('"')) {
    if (value.size() < 2 || !value.ends_with('"')) return std::nullopt;
    value = value.substr(1, value.size() - 2);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '"') return std::nullopt;
      if (value[i] == '\\') {
        if (++i == value.size() || (value[i] != '"' && value[i] != '\\')) return std::nullopt;
      }
      key += value[i];
    }
  } else {
    key = value;
  }
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > limits::idempotency_key_bytes_max || !printable) return std::nullopt;
  return key;
}

bool prefers(const request& asked, std::string_view preference, std::string_view value) {
  const auto preferred = preference_of(asked, preference);
  return preferred && equals_ignoring_case(*preferred, value);
}

std::optional<std::chrono::seconds> preferred_wait(const request& asked) {
  const auto preferred = preference_of(asked, "wait");
  if (!preferred) return std::nullopt;
  std::uint64_t seconds = 0;
  const char* end = preferred->data() + preferred->size();
  const auto [read_to, fault] = std::from_chars(preferred->data(), end, seconds);
  if (preferred->empty() || read_to != end || fault == std::errc::invalid_argument) return std::nullopt;
  const std::uint64_t most = limits::wait_max.count();
  return std::chrono::seconds(fault == std::errc{} ? std::min(seconds, most) : most);
}

}  // namespace weir::http
