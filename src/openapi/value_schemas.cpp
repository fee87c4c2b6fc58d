#include "openapi/value_schemas.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weir::openapi {
namespace {

using schema::kind;

constexpr const char* integer_pattern = "^(?:0|-?[1-9][0-9]*)$";
constexpr const char* base64_pattern = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

/// A bound as it is written: a whole number without a fraction.
json number(double value) {
  if (value == std::floor(value) && std::abs(value) < 0x1p63) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

template <class Integer>
json integer_within(const schema::rules& demands, const char* format) {
  const std::int64_t least = std::max<std::int64_t>(std::numeric_limits<Integer>::min(), -exact_integer_max);
  const std::int64_t most = std::min<std::int64_t>(std::numeric_limits<Integer>::max(), exact_integer_max);
  return {
      {"type", "integer"},
      {"format", format},
      {"minimum", number(std::max(demands.minimum.value_or(static_cast<double>(least)), static_cast<double>(least)))},
      {"maximum", number(std::min(demands.maximum.value_or(static_cast<double>(most)), static_cast<double>(most)))}};
}

json big_integer(const schema::rules& demands) {
  if (demands.date_time) return {{"type", "string"}, {"format", "date-time"}};
  if (demands.as_string) return {{"type", "string"}, {"format", "int64"}, {"pattern", integer_pattern}};
  return integer_within<std::int64_t>(demands, "int64");
}

/// JSON has no numbers for what is not finite. Of those only the ones that keep the bounds are left.
json floating(const schema::rules& demands) {
  json finite = {{"type", "number"}, {"format", "double"}};
  if (demands.minimum) finite["minimum"] = number(*demands.minimum);
  if (demands.maximum) finite["maximum"] = number(*demands.maximum);
  json others = json::array();
  if (!demands.minimum && !demands.maximum) others.push_back("NaN");
  if (!demands.maximum) others.push_back("Infinity");
  if (!demands.minimum) others.push_back("-Infinity");
  if (others.empty()) return finite;
  return {{"oneOf", {finite, {{"type", "string"}, {"enum", others}}}}};
}

void add_patterns(json& made, const schema::rules& demands) {
  if (demands.pattern_texts.size() == 1) made["pattern"] = demands.pattern_texts.front();
  if (demands.pattern_texts.size() < 2) return;
  for (const auto& pattern : demands.pattern_texts) made["allOf"].push_back({{"pattern", pattern}});
}

json text(const schema::rules& demands) {
  json made = {{"type", "string"}};
  if (!demands.format.empty()) made["format"] = demands.format;
  if (demands.min_length) made["minLength"] = *demands.min_length;
  if (demands.max_length) made["maxLength"] = *demands.max_length;
  add_patterns(made, demands);
  return made;
}

/// Base64 writes each three bytes, and what is left of them, as four characters.
std::uint64_t base64_length(std::uint64_t bytes) { return (bytes + 2) / 3 * 4; }

json binary(const schema::rules& demands) {
  json made = {{"type", "string"}, {"contentEncoding", "base64"}, {"pattern", base64_pattern}};
  if (demands.min_length) made["minLength"] = base64_length(*demands.min_length);
  if (demands.max_length) made["maxLength"] = base64_length(*demands.max_length);
  return made;
}

void add_sentence(std::string& text, const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; }

}  // namespace

json scalar_schema(const schema::type& of) {
  switch (of.is) {
    case kind::boolean:
      return {{"type", "boolean"}};
    case kind::i8:
      return integer_within<std::int8_t>(of.demands, "int32");  // the smallest format that generators know
    case kind::i16:
      return integer_within<std::int16_t>(of.demands, "int32");
    case kind::i32:
      return integer_within<std::int32_t>(of.demands, "int32");
    case kind::i64:
      return big_integer(of.demands);
    case kind::floating:
      return floating(of.demands);
    case kind::binary:
      return binary(of.demands);
    default:
      return text(of.demands);
  }
}

std::string further_rules(const schema::type& of) {
  std::string sentences;
  const schema::rules& demands = of.demands;
  if (of.is == kind::i64 && demands.as_string) {
    if (demands.minimum) add_sentence(sentences, "At least " + number(*demands.minimum).dump() + ".");
    if (demands.maximum) add_sentence(sentences, "At most " + number(*demands.maximum).dump() + ".");
  }
  if (of.is == kind::binary) {
    if (demands.min_length) add_sentence(sentences, "At least " + std::to_string(*demands.min_length) + " bytes.");
    if (demands.max_length) add_sentence(sentences, "At most " + std::to_string(*demands.max_length) + " bytes.");
  }
  return sentences;
}

json name_schema(const schema::type& key) {
  if (key.is == kind::string) return text(key.demands);
  if (key.is == kind::i64 && key.demands.date_time) return big_integer(key.demands);
  if (key.is != kind::enumeration) return {{"type", "string"}, {"pattern", integer_pattern}};
  json names = json::array();
  for (const auto& member : key.names->members) names.push_back(member.name);
  return {{"type", "string"}, {"enum", names}};
}

json text_schema(std::string description) { return {{"type", "string"}, {"description", std::move(description)}}; }

json constant_schema(json value) {
  json made = {{"type", value.is_string() ? "string" : "integer"}};
  made["const"] = std::move(value);
  return made;
}

json integer_schema(std::int64_t least, std::int64_t most, std::string description) {
  json made = {{"type", "integer"},
               {"format", most > std::numeric_limits<std::int32_t>::max() ? "int64" : "int32"},
               {"minimum", least},
               {"maximum", most}};
  if (!description.empty()) made["description"] = std::move(description);
  made["examples"] = json::array({std::max<std::int64_t>(least, 1)});
  return made;
}

json position_schema(bool may_be_empty) {
  return {{"oneOf",
           json::array({integer_schema(0, exact_integer_max, "A position."),
                        {{"type", "string"},
                         {"pattern", may_be_empty ? "^([0-9]{1,15}\\.[0-9a-f]{8})?$" : "^[0-9]{1,15}\\.[0-9a-f]{8}$"},
                         {"description", "A position with the mark of its history, as feeds and pages give it."},
                         {"examples", json::array({"3.25028f65"})}}})}};
}

json moment_schema(std::string description) {
  return {{"type", "string"}, {"format", "date-time"}, {"description", std::move(description)}};
}

json object_schema(std::string description, json properties, json required) {
  json made = {{"type", "object"}};
  if (!description.empty()) made["description"] = std::move(description);
  made["properties"] = std::move(properties);
  if (!required.empty()) made["required"] = std::move(required);
  return made;
}

}  // namespace weir::openapi
