#include "schema/doc_comment.hpp"

#include <algorithm>

namespace weir::schema {
namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool begins_a_tag(std::string_view line) {
  return line.size() > 1 && line[0] == '@' &&
         ((line[1] >= 'a' && line[1] <= 'z') || (line[1] >= 'A' && line[1] <= 'Z'));
}

tag read_tag(std::string_view line) {
  const auto end = std::min(line.find_first_of(white_space), line.size());
  return {std::string(line.substr(1, end - 1)), std::string(trimmed(line.substr(end)))};
}

}  // namespace

doc_comment read_doc_comment(std::string_view text) {
  doc_comment comment;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (begins_a_tag(line)) {
      comment.tags.push_back(read_tag(line));
    } else {
      comment.prose.append(line).push_back('\n');
    }
  }
  comment.prose = std::string(trimmed(comment.prose));
  return comment;
}

}  // namespace weir::schema
