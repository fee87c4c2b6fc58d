#include "openapi/examples.hpp"

#include <algorithm>
#include <cstdint>

namespace weir::openapi {
namespace {

using schema::kind;

constexpr int depth_max = 8;

std::optional<json> made_up(const schema::structure& shape, int depth);

std::optional<json> made_up_text(const schema::rules& demands) {
  if (demands.format == "date") return "2026-11-23";
  if (demands.format == "uuid") return "0190163d-8694-739b-aea5-966c26f8ad91";
  if (!demands.pattern_texts.empty() || !demands.format.empty()) return std::nullopt;
  constexpr std::uint64_t length = 4;
  if (demands.min_length.value_or(0) > length || demands.max_length.value_or(length) < length) return std::nullopt;
  return "text";
}

json made_up_number(const schema::rules& demands) {
  const double wanted = std::min(std::max(1.0, demands.minimum.value_or(1.0)), demands.maximum.value_or(1.0));
  return static_cast<std::int64_t>(wanted);
}

std::optional<json> made_up(const schema::type& of, int depth) {
  if (const auto stated = stated_example(of)) return stated;
  if (depth > depth_max) return std::nullopt;
  switch (of.is) {
    case kind::boolean:
      return true;
    case kind::i64:
      if (of.demands.date_time) return "2026-11-23T03:20:00.123456Z";
      if (of.demands.as_string) return made_up_number(of.demands).dump();
      return made_up_number(of.demands);
    case kind::i8:
    case kind::i16:
    case kind::i32:
    case kind::floating:
      return made_up_number(of.demands);
    case kind::string:
      return made_up_text(of.demands);
    case kind::binary:
      if (of.demands.min_length || of.demands.max_length) return std::nullopt;
      return "V2Vpcg==";
    case kind::enumeration:
      if (of.names->members.empty()) return std::nullopt;
      return of.names->members.front().name;
    case kind::list:
    case kind::set: {
      const auto element = made_up(*of.element, depth + 1);
      if (element && of.demands.min_items.value_or(0) <= 1) return json::array({*element});
      if (of.demands.min_items.value_or(0) > 0) return std::nullopt;
      return json::array();
    }
    case kind::map:
      if (of.demands.min_items.value_or(0) > 0) return std::nullopt;
      return schema::names_members(*of.key) ? json::object() : json::array();
    case kind::structure:
      return made_up(*of.shape, depth + 1);
  }
  return std::nullopt;
}

std::optional<json> made_up(const schema::structure& shape, int depth) {
  json made = json::object();
  for (const auto& field : shape.fields) {
    const bool needed = shape.category == schema::category::union_ || field.presence == schema::requiredness::required;
    const auto value = needed ? made_up(field.type, depth) : stated_example(field.type);
    if (value) made[field.name] = *value;
    if (!value && field.presence == schema::requiredness::required) return std::nullopt;
    if (value && shape.category == schema::category::union_) return made;
  }
  if (shape.category == schema::category::union_) return std::nullopt;
  return made;
}

}  // namespace

std::optional<json> stated_example(const schema::type& of) {
  if (!of.demands.example) return std::nullopt;
  const std::string& text = *of.demands.example;
  switch (of.is) {
    case kind::string:
    case kind::binary:
    case kind::enumeration:
      return text;
    default:
      if (of.demands.date_time || of.demands.as_string) return text;
      const json value = json::parse(text, nullptr, false);
      if (value.is_discarded()) return std::nullopt;
      return value;
  }
}

std::optional<json> example_of(const schema::type& of) { return made_up(of, 0); }
std::optional<json> example_of(const schema::structure& shape) { return made_up(shape, 0); }

std::string fill_in(const schema::name_template& name, const json& example) {
  std::string filled;
  for (const auto& part : name.parts) {
    filled += part.literal;
    if (!part.field) continue;
    if (!example.contains(part.field->name)) return name.text;
    const json& value = example[part.field->name];
    filled += value.is_string() ? value.get<std::string>() : value.dump();
  }
  return filled;
}

}  // namespace weir::openapi
