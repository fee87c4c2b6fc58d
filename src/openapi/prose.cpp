#include "openapi/prose.hpp"

#include <algorithm>
#include <cctype>

namespace weir::openapi {
namespace {

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }
char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

std::string first_sentence(std::string_view doc) {
  std::string sentence(doc.substr(0, doc.find("\n\n")));
  std::replace(sentence.begin(), sentence.end(), '\n', ' ');
  sentence.resize(std::min(sentence.find(". "), sentence.size()));
  while (!sentence.empty() && (sentence.back() == '.' || sentence.back() == ' ')) sentence.pop_back();
  return sentence;
}

std::string paragraphs(std::string_view first, std::string_view second) {
  std::string both(first);
  if (!first.empty() && !second.empty()) both += "\n\n";
  return both.append(second);
}

std::string capitalized(std::string_view name) {
  std::string text(name);
  if (!text.empty()) text.front() = upper(text.front());
  return text;
}

std::string as_words(std::string_view name) {
  std::string words;
  for (const char c : name) {
    if (is_upper(c) && !words.empty()) words += ' ';
    words += words.empty() ? upper(c) : lower(c);
  }
  return words;
}

}  // namespace weir::openapi
