#include "schema/event_schema.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace weir::schema {
namespace {

event_schema::presence presence_of(requiredness of) {
  switch (of) {
    case requiredness::required:
      return event_schema::presence::required;
    case requiredness::optional:
      return event_schema::presence::optional;
    case requiredness::unspecified:
      break;
  }
  return event_schema::presence::unspecified;
}

/// The one text that equal defaults have, and that reading the schema back gives again.
std::optional<std::string> canonical(const std::optional<std::string>& json) {
  if (!json) return std::nullopt;
  return nlohmann::ordered_json::parse(*json).dump();
}

/// Gathers the types that events reach, each once: types may contain themselves.
class gatherer {
 public:
  explicit gatherer(event_schema::domain& into) : into_(into) {}

  void add(const structure& shape) {
    const auto [added, is_new] = into_.structures.try_emplace(shape.name);
    if (!is_new) return;
    added->second.is_union = shape.category == category::union_;
    for (const field& each : shape.fields) {
      added->second.fields[each.id] = {each.id,
                                       each.name,
                                       presence_of(each.presence),
                                       add(each.type),
                                       canonical(each.default_json),
                                       each.personal,
                                       each.subject_category};
    }
  }

 private:
  event_schema::type add(const type& of) {
    event_schema::type added{of.is, {}, {}};
    if (of.shape) {
      added.name = of.shape->name;
      add(*of.shape);
    }
    if (of.names) {
      added.name = of.names->name;
      auto& members = into_.enumerations[of.names->name];
      for (const auto& member : of.names->members) members[member.name] = member.value;
    }
    if (of.key) added.parts.push_back(add(*of.key));
    if (of.element) added.parts.push_back(add(*of.element));
    return added;
  }

  event_schema::domain& into_;
};

std::string_view word_of(kind is) {
  switch (is) {
    case kind::boolean:
      return "bool";
    case kind::i8:
      return "i8";
    case kind::i16:
      return "i16";
    case kind::i32:
      return "i32";
    case kind::i64:
      return "i64";
    case kind::floating:
      return "double";
    case kind::string:
      return "string";
    case kind::binary:
      return "binary";
    case kind::list:
      return "list";
    case kind::set:
      return "set";
    case kind::map:
      return "map";
    case kind::enumeration:
    case kind::structure:
      break;
  }
  return "";
}

}  // namespace

std::string event_schema::type::text() const {
  if (!name.empty()) return name;
  std::string made(word_of(is));
  for (const type& part : parts) made += (&part == &parts.front() ? "<" : ",") + part.text();
  return parts.empty() ? made : made + ">";
}

event_schema::domain events_of(const idl& declared, std::vector<std::string> categories) {
  event_schema::domain made;
  made.categories = std::move(categories);
  std::sort(made.categories.begin(), made.categories.end());
  if (!declared.events()) return made;
  gatherer types(made);
  for (const field& member : declared.events()->fields) {
    made.events[member.name] = {member.id, member.type.shape->name};
    types.add(*member.type.shape);
  }
  return made;
}

}  // namespace weir::schema
