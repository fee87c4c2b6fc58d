#include <algorithm>
#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "schema/event_schema.hpp"

namespace weir::schema {
namespace {

using json = nlohmann::ordered_json;

/// Format 2 has personal fields. A schema without them is written in format 1, as earlier versions know it.
constexpr int format = 2;
constexpr int format_without_personal_fields = 1;

constexpr std::array<std::pair<std::string_view, event_schema::presence>, 4> presences{
    {{"required", event_schema::presence::required},
     {"optional", event_schema::presence::optional},
     {"unspecified", event_schema::presence::unspecified},
     {"retired", event_schema::presence::retired}}};

constexpr std::array<std::pair<std::string_view, kind>, 11> base_kinds{{{"bool", kind::boolean},
                                                                        {"i8", kind::i8},
                                                                        {"i16", kind::i16},
                                                                        {"i32", kind::i32},
                                                                        {"i64", kind::i64},
                                                                        {"double", kind::floating},
                                                                        {"string", kind::string},
                                                                        {"binary", kind::binary},
                                                                        {"list", kind::list},
                                                                        {"set", kind::set},
                                                                        {"map", kind::map}}};

template <class Table>
auto find_word(const Table& table, std::string_view word) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == word; });
}

// Writing. nlohmann's own layout has a line for every brace: a field would take six.

/// An object or a list with its members a line each, at that depth.
std::string in_lines(const std::vector<std::string>& members, char open, char close, std::size_t depth) {
  const std::string begin = "\n" + std::string(2 * depth, ' ');
  std::string text(1, open);
  for (const std::string& member : members) text += begin + "  " + member + (&member == &members.back() ? "" : ",");
  return text + (members.empty() ? "" : begin) + close;
}

std::string member(const std::string& name, const std::string& value) { return json(name).dump() + ": " + value; }

/// An object on one line, with spaces for the eye.
std::string in_a_line(const json& object) {
  std::string text = "{";
  for (const auto& [name, value] : object.items()) text += (text.size() == 1 ? "" : ", ") + member(name, value.dump());
  return text + "}";
}

std::string text_of(const event_schema::field& of) {
  const auto word =
      std::find_if(presences.begin(), presences.end(), [&](const auto& row) { return row.second == of.presence; });
  json object{{"id", of.id}, {"name", of.name}, {"presence", word->first}, {"type", of.type.text()}};
  if (of.default_json) object["default"] = json::parse(*of.default_json);
  if (of.personal) object["personal"] = true;
  if (of.subject) object["subject"] = *of.subject;
  return in_a_line(object);
}

std::string text_of(const event_schema::structure& of, std::size_t depth) {
  std::vector<std::string> fields;
  for (const auto& [id, field] : of.fields) fields.push_back(text_of(field));
  return std::string(R"({"kind": )") + (of.is_union ? R"("union")" : R"("struct")") + R"(, "fields": )" +
         in_lines(fields, '[', ']', depth) + "}";
}

std::string text_of(const event_schema::enumeration& of) {
  std::vector<std::pair<std::int32_t, std::string>> by_number;
  for (const auto& [name, number] : of) by_number.emplace_back(number, name);
  std::sort(by_number.begin(), by_number.end());
  json object = json::object();
  for (const auto& [number, name] : by_number) object[name] = number;
  return in_a_line(object);
}

std::string text_of(const event_schema::domain& of, std::size_t depth) {
  std::vector<std::string> events, structures, enumerations;
  for (const auto& [name, event] : of.events)
    events.push_back(member(name, in_a_line({{"id", event.id}, {"type", event.structure}})));
  for (const auto& [name, structure] : of.structures) structures.push_back(member(name, text_of(structure, depth + 2)));
  for (const auto& [name, enumeration] : of.enumerations) enumerations.push_back(member(name, text_of(enumeration)));
  return in_lines(
      {member("categories", json(of.categories).dump()), member("events", in_lines(events, '{', '}', depth + 1)),
       member("structs", in_lines(structures, '{', '}', depth + 1)),
       member("enums", in_lines(enumerations, '{', '}', depth + 1))},
      '{', '}', depth);
}

// Reading. What is wrong ends it with an exception, which does not leave this file.

struct wrong {
  std::string what;
};

template <class Integer>
Integer integer_of(const json& value) {
  const auto wide = value.get<std::int64_t>();
  if (!value.is_number_integer() || wide < std::numeric_limits<Integer>::min() ||
      wide > std::numeric_limits<Integer>::max()) {
    throw wrong{value.dump() + " is no number that can stand there"};
  }
  return static_cast<Integer>(wide);
}

/// Reads `map<string,list<Line>>`.
class type_reader {
 public:
  type_reader(std::string_view text, const event_schema::domain& names) : text_(text), rest_(text), names_(names) {}

  event_schema::type read() {
    auto type = read_one(limits::nesting_depth_max);
    if (!rest_.empty()) throw no_type();
    return type;
  }

 private:
  wrong no_type() const { return {"\"" + std::string(text_) + "\" is not a type of this domain"}; }

  void take(char wanted) {
    if (!rest_.starts_with(wanted)) throw no_type();
    rest_.remove_prefix(1);
  }

  event_schema::type read_one(std::size_t depth) {
    if (depth == 0) throw no_type();
    const std::string word(rest_.substr(0, rest_.find_first_of("<>,")));
    rest_.remove_prefix(word.size());
    event_schema::type type;
    if (const auto base = find_word(base_kinds, word); base != base_kinds.end()) {
      type.is = base->second;
      if (type.is == kind::list || type.is == kind::set || type.is == kind::map) read_parts(type, depth - 1);
      return type;
    }
    type.name = word;
    const bool is_structure = names_.structures.count(word) != 0;
    if (!is_structure && names_.enumerations.count(word) == 0) throw no_type();
    type.is = is_structure ? kind::structure : kind::enumeration;
    return type;
  }

  void read_parts(event_schema::type& of, std::size_t depth) {
    take('<');
    of.parts.push_back(read_one(depth));
    if (of.is == kind::map) {
      take(',');
      of.parts.push_back(read_one(depth));
    }
    take('>');
  }

  std::string_view text_, rest_;
  const event_schema::domain& names_;
};

event_schema::field read_field(const json& from, const event_schema::domain& names) {
  event_schema::field read;
  read.id = integer_of<std::int16_t>(from.at("id"));
  read.name = from.at("name").get<std::string>();
  const auto presence = find_word(presences, from.at("presence").get<std::string>());
  if (presence == presences.end()) throw wrong{from.at("presence").dump() + " is no presence of a field"};
  read.presence = presence->second;
  read.type = type_reader(from.at("type").get<std::string>(), names).read();
  if (const auto value = from.find("default"); value != from.end()) read.default_json = value->dump();
  if (const auto value = from.find("personal"); value != from.end()) read.personal = value->get<bool>();
  if (const auto value = from.find("subject"); value != from.end()) read.subject = value->get<std::string>();
  return read;
}

event_schema::domain read_domain(const json& from) {
  event_schema::domain read;
  read.categories = from.at("categories").get<std::vector<std::string>>();
  std::sort(read.categories.begin(), read.categories.end());
  for (const auto& [name, members] : from.at("enums").items()) {
    auto& enumeration = read.enumerations[name];
    for (const auto& [member_name, number] : members.items())
      enumeration[member_name] = integer_of<std::int32_t>(number);
  }
  // All names first: types may name what stands below.
  for (const auto& [name, structure] : from.at("structs").items())
    read.structures[name].is_union = structure.at("kind") == "union";
  for (const auto& [name, structure] : from.at("structs").items()) {
    for (const json& one : structure.at("fields")) {
      event_schema::field field = read_field(one, read);
      read.structures[name].fields[field.id] = std::move(field);
    }
  }
  for (const auto& [name, event] : from.at("events").items()) {
    const auto structure = event.at("type").get<std::string>();
    if (read.structures.count(structure) == 0) throw wrong{"the struct " + structure + " is missing"};
    read.events[name] = {integer_of<std::int16_t>(event.at("id")), structure};
  }
  return read;
}

}  // namespace

bool has_personal_fields(const event_schema& schema) {
  for (const auto& [name, domain] : schema.domains) {
    for (const auto& [structure_name, structure] : domain.structures) {
      for (const auto& [id, field] : structure.fields) {
        if (field.personal) return true;
      }
    }
  }
  return false;
}

std::string to_json(const event_schema& schema) {
  const int written_as = has_personal_fields(schema) ? format : format_without_personal_fields;
  std::vector<std::string> domains;
  for (const auto& [name, domain] : schema.domains) domains.push_back(member(name, text_of(domain, 2)));
  return in_lines({member("format", std::to_string(written_as)), member("domains", in_lines(domains, '{', '}', 1))},
                  '{', '}', 0) +
         "\n";
}

result<event_schema> read_event_schema(std::string_view text) {
  const auto no_schema = [](const std::string& why) {
    return error{errc::invalid, "this is not a schema of stored events: " + why};
  };
  try {
    const json read = json::parse(text);
    const auto written_as = integer_of<int>(read.at("format"));
    if (written_as > format) {
      return error{errc::newer_format, "this schema of stored events is in format " + std::to_string(written_as) +
                                           ", written by a newer Weir: upgrade this one"};
    }
    event_schema schema;
    for (const auto& [name, domain] : read.at("domains").items()) schema.domains[name] = read_domain(domain);
    return schema;
  } catch (const wrong& fault) {
    return no_schema(fault.what);
  } catch (const json::exception& fault) {
    return no_schema(fault.what());
  }
}

}  // namespace weir::schema
