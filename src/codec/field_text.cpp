#include "base/time.hpp"
#include "codec/codec.hpp"
#include "codec/json_sink.hpp"
#include "codec/walk.hpp"

namespace weir::codec {
namespace {

/// As JSON shows it, but for what JSON has in quotes: that stands bare. A date-time has no more digits than it needs:
/// streams that are named after one have been stored under such names.
std::string text_of(compact_reader& in, const schema::type& of, wire found) {
  if (of.is == schema::kind::string && fits(found, of.is)) return std::string(in.binary());
  if (of.demands.date_time && fits(found, of.is)) {
    const std::int64_t value = in.integer(found);
    if (auto moment = to_shortest_rfc3339(timestamp{std::chrono::microseconds{value}})) return std::move(*moment);
    return std::to_string(value);
  }
  std::string json;
  json_sink out(json);
  walker<json_sink>(in, out).field_value(of, found, stored_depth_max);
  return json.front() == '"' ? json.substr(1, json.size() - 2) : json;
}

}  // namespace

std::optional<std::string> field_text(std::string_view compact, const schema::structure&, const schema::field& field) {
  try {
    compact_reader in(compact);
    for (auto next = in.field(0); next.type != wire::stop; next = in.field(next.id)) {
      if (next.id == field.id) return text_of(in, field.type, next.type);
      in.skip(next.type);
    }
  } catch (const corrupt_bytes&) {
    // What cannot be read is not there to be shown.
  }
  return std::nullopt;
}

std::optional<std::string_view> field_bytes(std::string_view compact, const schema::field& field) {
  try {
    compact_reader in(compact);
    for (auto next = in.field(0); next.type != wire::stop; next = in.field(next.id)) {
      const std::size_t begin = in.offset();
      in.skip(next.type);
      if (next.id == field.id) return compact.substr(begin, in.offset() - begin);
    }
  } catch (const corrupt_bytes&) {
    // What cannot be read is not there.
  }
  return std::nullopt;
}

result<std::string> expand(const schema::name_template& name, std::string_view compact,
                           const schema::structure& shape) {
  std::string text;
  for (const auto& part : name.parts) {
    text += part.literal;
    if (!part.field) continue;
    const auto value = field_text(compact, shape, *part.field);
    if (!value) return error{errc::invalid, shape.name + "." + part.field->name + " is needed for " + name.text};
    text += *value;
  }
  return text;
}

}  // namespace weir::codec
