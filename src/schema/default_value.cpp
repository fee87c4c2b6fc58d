#include "schema/default_value.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "schema/base64.hpp"

namespace weir::schema {
namespace {

using nlohmann::ordered_json;

/// Thrown inside of this file only: a constant that is no value of the type.
struct no_such_value {};

ordered_json value_of(const pugi::xml_node& constant, const type& of);

std::int64_t integer_of(const pugi::xml_node& constant) {
  if (constant.name() != std::string_view("int")) throw no_such_value{};
  return constant.text().as_llong();
}

ordered_json i64_of(const pugi::xml_node& constant, const rules& demands) {
  const std::int64_t value = integer_of(constant);
  if (demands.as_string) return std::to_string(value);
  if (!demands.date_time) return value;
  const auto text = to_shortest_rfc3339(timestamp{std::chrono::microseconds{value}});
  if (!text) throw no_such_value{};
  return *text;
}

ordered_json name_of(const pugi::xml_node& constant, const enumeration& names) {
  const auto value = static_cast<std::int32_t>(integer_of(constant));
  const auto* member = names.find(value);
  return member ? ordered_json(member->name) : ordered_json(value);
}

ordered_json array_of(const pugi::xml_node& constant, const type& element) {
  ordered_json array = ordered_json::array();
  for (const auto& entry : constant.children("entry")) array.push_back(value_of(entry.first_child(), element));
  return array;
}

std::string member_name(const ordered_json& key) { return key.is_string() ? key.get<std::string>() : key.dump(); }

ordered_json map_of(const pugi::xml_node& constant, const type& of) {
  ordered_json map = names_members(*of.key) ? ordered_json::object() : ordered_json::array();
  for (const auto& entry : constant.children("entry")) {
    auto key = value_of(entry.child("key").first_child(), *of.key);
    auto value = value_of(entry.child("value").first_child(), *of.element);
    if (map.is_object()) {
      map[member_name(key)] = std::move(value);
    } else {
      map.push_back(ordered_json::array({std::move(key), std::move(value)}));
    }
  }
  return map;
}

ordered_json struct_of(const pugi::xml_node& constant, const structure& shape) {
  ordered_json object = ordered_json::object();
  for (const auto& entry : constant.children("entry")) {
    const std::string_view name = entry.child("key").first_child().text().get();
    const auto member =
        std::find_if(shape.fields.begin(), shape.fields.end(), [&](const field& f) { return f.thrift_name == name; });
    if (member == shape.fields.end()) throw no_such_value{};
    object[member->name] = value_of(entry.child("value").first_child(), member->type);
  }
  return object;
}

ordered_json value_of(const pugi::xml_node& constant, const type& of) {
  switch (of.is) {
    case kind::boolean:
      return integer_of(constant) != 0;
    case kind::i8:
    case kind::i16:
    case kind::i32:
      return integer_of(constant);
    case kind::i64:
      return i64_of(constant, of.demands);
    case kind::floating:
      return constant.text().as_double();
    case kind::string:
      return constant.text().get();
    case kind::binary:
      return to_base64(constant.text().get());
    case kind::enumeration:
      return name_of(constant, *of.names);
    case kind::list:
    case kind::set:
      return array_of(constant, *of.element);
    case kind::map:
      return map_of(constant, of);
    case kind::structure:
      return struct_of(constant, *of.shape);
  }
  throw no_such_value{};
}

}  // namespace

std::optional<std::string> default_as_json(const pugi::xml_node& constant, const type& of) {
  try {
    return value_of(constant, of).dump();
  } catch (const no_such_value&) {
    return std::nullopt;
  }
}

}  // namespace weir::schema
