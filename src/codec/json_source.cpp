#include "codec/json_source.hpp"

#include <algorithm>

namespace weir::codec {
namespace {

constexpr int number_overflow = 406;  // the library's id of that fault

malformed fault_at(std::string_view json, std::size_t offset, std::string detail) {
  const std::string_view before = json.substr(0, std::min(offset, json.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {std::move(detail), lines + 1, before.size() - line_begin + 1};
}

/// The sentence in the library's message, without what it quotes of the input, which may be anything.
std::string sentence_of(std::string_view message) {
  const auto place = message.find(": ");
  if (place != message.npos) message.remove_prefix(place + 2);
  const auto quote = message.find("; last read: '");
  std::string sentence(message.substr(0, quote));
  const auto expected = message.rfind("; expected ");
  if (quote != message.npos && expected != message.npos && expected > quote) sentence += message.substr(expected);
  return sentence;
}

/// How many of the bytes that were read last are the fault: of a token in the wrong place all of it, of a malformed one
/// only the byte that made it so. The library tells which it is in its message alone, and the token only of strings and
/// numbers.
std::size_t misplaced_bytes(std::string_view message, std::string_view token) {
  message = message.substr(0, message.find("; last read: '"));  // what follows is the input's, which may say anything
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  if (says("unexpected string literal") || says("unexpected number literal")) return token.size();
  if (says("unexpected true literal") || says("unexpected null literal")) return 4;
  if (says("unexpected false literal")) return 5;
  return 1;
}

}  // namespace

std::optional<malformed> find_zero(std::string_view json) {
  const auto zero = json.find('\0');
  if (zero == json.npos) return std::nullopt;
  return fault_at(json, zero, "a zero byte is no part of JSON");
}

malformed json_fault(std::string_view json, std::size_t read, const std::string& token,
                     const nlohmann::json::exception& fault) {
  const std::string_view message = fault.what();
  const bool too_large = fault.id == number_overflow;
  const std::size_t back = too_large ? token.size() : misplaced_bytes(message, token);
  return fault_at(json, read - std::min(back, read),
                  too_large ? "a number is too large for a double" : sentence_of(message));
}

}  // namespace weir::codec
