#include "schema/name_template.hpp"

#include <algorithm>

namespace weir::schema {
namespace {

std::optional<std::string> fault_of(std::string_view name, const field* found, const structure& shape) {
  const std::string braced = "{" + std::string(name) + "}";
  if (!found) return braced + " names no field of " + shape.name;
  if (!names_members(found->type)) return braced + " must be a string, an integer or an enum";
  if (found->presence != requiredness::required) return braced + " must be a required field";
  return std::nullopt;
}

}  // namespace

std::variant<name_template, std::string> read_name_template(std::string_view text, const structure& shape) {
  name_template read{std::string(text), {}};
  while (!text.empty()) {
    const auto open = text.find('{');
    if (text.substr(0, open).find('}') != text.npos) return "a } without its {";
    if (open == text.npos) {
      read.parts.push_back({std::string(text), nullptr});
      break;
    }
    const auto close = text.find('}', open);
    if (close == text.npos) return "a { without its }";
    const auto name = text.substr(open + 1, close - open - 1);
    const field* const found = shape.find(name);
    if (auto fault = fault_of(name, found, shape)) return std::move(*fault);
    read.parts.push_back({std::string(text.substr(0, open)), found});
    text.remove_prefix(close + 1);
  }
  return read;
}

std::optional<std::string> category_fault(const name_template& stream) {
  if (category_of(stream).empty()) return "must begin with a category and a hyphen, as in user-{userId}";
  return std::nullopt;
}

std::string_view category_of(const name_template& stream) {
  if (stream.parts.empty()) return {};
  const std::string_view literal = stream.parts.front().literal;
  const auto hyphen = literal.find('-');
  return hyphen == literal.npos ? std::string_view{} : literal.substr(0, hyphen);
}

bool name_alike(const name_template& left, const name_template& right) {
  return std::equal(left.parts.begin(), left.parts.end(), right.parts.begin(), right.parts.end(),
                    [](const auto& one, const auto& other) {
                      return one.literal == other.literal && (one.field == nullptr) == (other.field == nullptr);
                    });
}

const field* counterpart(std::string_view name, const name_template& there, const name_template& here) {
  for (std::size_t i = 0; i < there.parts.size(); ++i) {
    const field* const named = there.parts[i].field;
    if (named && named->name == name) return here.parts[i].field;
  }
  return nullptr;
}

std::optional<std::string> path_fault(std::string_view path, const structure& query) {
  if (path.empty() || path.front() != '/') return "must begin with a slash";
  const auto read = read_name_template(path, query);
  if (const auto* fault = std::get_if<std::string>(&read)) return *fault;
  const auto& parts = std::get<name_template>(read).parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool begins = i == 0 || !parts[i - 1].field || parts[i].literal.starts_with('/');
    const bool ends = !parts[i].field || parts[i].literal.ends_with('/');
    if (!begins || !ends) return "a field must stand for a whole segment";
  }
  return std::nullopt;
}

}  // namespace weir::schema
