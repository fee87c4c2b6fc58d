#include "http/target.hpp"

#include <algorithm>

#include "codec/utf8.hpp"
#include "http/message.hpp"

namespace weir::http {
namespace {

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Takes off a text what stands before the separator, and the separator; all of it if there is none.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view taken = text.substr(0, at);
  text = at == text.npos ? std::string_view{} : text.substr(at + 1);
  return taken;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equals_ignoring_case(text.substr(0, start.size()), start);
}

}  // namespace

std::optional<std::string> target::read(std::string_view text) {
  asterisk_ = text == "*";
  authority_ = raw_path_ = raw_query_ = {};
  segments_.clear();
  parameters_.clear();
  decoded_.clear();
  if (asterisk_) return std::nullopt;

  if (text.empty()) return "The request target is empty.";
  if (!is_ascii(text)) {
    return "The request target holds bytes that are not ASCII. Write them as percent escapes of their UTF-8.";
  }
  if (text.front() != '/') {
    std::size_t scheme = 0;
    if (starts_with_ignoring_case(text, "http://")) scheme = 7;
    if (starts_with_ignoring_case(text, "https://")) scheme = 8;
    if (scheme == 0) return "The request target is neither a path nor an absolute http URL.";
    text.remove_prefix(scheme);
    const std::size_t path = text.find_first_of("/?");
    if (path == 0 || text.empty()) return "The absolute URL names no host.";
    authority_ = text.substr(0, path);
    text = path == text.npos ? std::string_view{} : text.substr(path);
  }
  if (text.find('#') != text.npos) return "The request target holds a fragment.";

  const std::size_t question = text.find('?');
  raw_path_ = text.substr(0, question);
  if (question != text.npos) raw_query_ = text.substr(question + 1);
  decoded_.reserve(text.size());

  std::string_view path = raw_path_.empty() ? std::string_view("/") : raw_path_;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const auto segment = decode(path.substr(0, end), plus::itself);
    if (!segment) return "The path holds a bad percent escape, or escapes that are not UTF-8.";
    segments_.push_back(*segment);
    path.remove_prefix(end);
  }

  std::string_view query = raw_query_;
  while (!query.empty()) {
    std::string_view pair = take_until(query, '&');
    if (pair.empty()) continue;
    const auto name = decode(take_until(pair, '='), plus::space);
    const auto value = decode(pair, plus::space);
    if (!name || !value) return "The query holds a bad percent escape, or escapes that are not UTF-8.";
    parameters_.emplace_back(*name, *value);
  }
  return std::nullopt;
}

std::optional<std::string_view> target::parameter(std::string_view name) const {
  for (const auto& [each, value] : parameters_) {
    if (each == name) return value;
  }
  return std::nullopt;
}

/// A view of the text itself where nothing in it is encoded, else of its decoded form; nothing where it cannot be
/// decoded. The text is ASCII.
std::optional<std::string_view> target::decode(std::string_view text, plus means) {
  const bool encoded = text.find_first_of(means == plus::space ? "%+" : "%") != text.npos;
  if (!encoded) return text;
  const std::size_t start = decoded_.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded_ += text[i] == '+' && means == plus::space ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hexadecimal(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hexadecimal(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    decoded_ += static_cast<char>(high << 4 | low);
    i += 2;
  }
  const std::string_view result = std::string_view(decoded_).substr(start);
  if (!codec::is_utf8(result)) return std::nullopt;
  return result;
}

}  // namespace weir::http
