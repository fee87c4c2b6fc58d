#include "codec/nasty.hpp"

#include <tuple>

#include <gtest/gtest.h>

// Thrift declares the order of structs that are keys, and leaves it to us to define it.
namespace weir::weir_test_nasty {
bool Point::operator<(const Point& other) const { return std::tie(x, y) < std::tie(other.x, other.y); }
}  // namespace weir::weir_test_nasty

namespace weir::codec {

const schema::structure& nasty_shape(std::string_view name) {
  const auto* const found = weir_test_nasty::binding::idl()->find(name);
  if (!found) throw std::invalid_argument("no struct " + std::string(name));
  return *found;
}

std::string bytes_of(decoded from) {
  if (auto* bytes = std::get_if<std::string>(&from)) return std::move(*bytes);
  if (const auto* fault = std::get_if<malformed>(&from)) ADD_FAILURE() << "malformed: " << fault->detail;
  for (const auto& [pointer, detail] : violations_of(from)) ADD_FAILURE() << pointer << ' ' << detail;
  return {};
}

violations violations_of(const decoded& from) {
  violations all;
  if (const auto* fault = std::get_if<malformed>(&from)) ADD_FAILURE() << "malformed: " << fault->detail;
  if (const auto* faults = std::get_if<invalid>(&from)) {
    for (const auto& each : faults->violations) all.emplace_back(each.pointer, each.detail);
  }
  return all;
}

std::string json_of(std::string_view compact, const schema::structure& shape) {
  std::string json;
  const auto done = to_json(compact, shape, json);
  if (!done) ADD_FAILURE() << done.error().detail;
  return json;
}

std::string thrift_of(std::string_view compact, const schema::structure& shape, protocol out) {
  std::string bytes;
  const auto done = to_thrift(compact, shape, out, bytes);
  if (!done) ADD_FAILURE() << done.error().detail;
  return bytes;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string unhex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == ' ') continue;
    bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    ++i;
  }
  return bytes;
}

}  // namespace weir::codec
