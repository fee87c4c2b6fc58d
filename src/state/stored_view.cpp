#include "state/stored_view.hpp"

#include <charconv>

#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [read_to, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || read_to != end || number < 1) return std::nullopt;
  return number;
}

}  // namespace

std::optional<view_family_name> read_view_family_name(std::string_view name) {
  name.remove_prefix(view_family_prefix.size());
  const auto dot = name.find('.');
  if (dot == name.npos) return std::nullopt;
  view_family_name parsed{std::string(name.substr(0, dot))};
  name.remove_prefix(dot + 1);
  const auto second = name.find('.');
  const auto version = number_in(name.substr(0, second));
  const auto generation = second == name.npos ? 1 : number_in(name.substr(second + 1));
  if (!version || !generation) return std::nullopt;
  parsed.version = *version;
  parsed.generation = *generation;
  return parsed;
}

std::string view_family_name::text() const {
  std::string made = std::string(view_family_prefix) + projection + "." + std::to_string(version);
  if (generation > 1) made += "." + std::to_string(generation);
  return made;
}

result<stored_view> read_stored_view(std::string_view family_name, std::string_view bytes) {
  try {
    auto in = codec::decode<stored::StoredView>(bytes);
    stored_view made{in.serving, std::nullopt, std::move(in.shape), in.__isset.retired && in.retired};
    if (in.__isset.checkpoint) made.checkpoint = position{static_cast<std::uint64_t>(in.checkpoint)};
    return made;
  } catch (const apache::thrift::TException& e) {
    return error{errc::corrupt,
                 "the stored description of the rows in " + std::string(family_name) + " is damaged: " + e.what()};
  }
}

std::string encoded(const stored_view& one) {
  stored::StoredView out;
  out.serving = one.serving;
  if (one.checkpoint) out.__set_checkpoint(static_cast<std::int64_t>(one.checkpoint->value));
  out.shape = one.shape;
  if (one.retired) out.__set_retired(true);
  return codec::encode(out);
}

}  // namespace weir
