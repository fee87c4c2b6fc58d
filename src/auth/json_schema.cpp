#include "auth/json_schema.hpp"

#include <array>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>

#include "base/suggestion.hpp"

namespace weir::auth {
namespace {

using nlohmann::json;

constexpr std::size_t faults_max = 100;

[[noreturn]] void refuse(const std::string& why) { throw std::logic_error("the JSON Schema " + why); }

const json& resolved(const json& root, const json& schema) {
  const auto found = schema.find("$ref");
  if (found == schema.end()) return schema;
  const std::string& reference = found->get_ref<const std::string&>();
  if (!reference.starts_with("#/")) refuse("refers to " + reference + ", which is not in it");
  return root.at(json::json_pointer(reference.substr(1)));
}

bool names_one_member(const json& alternative) {
  return alternative.is_object() && alternative.size() == 1 && alternative.contains("required") &&
         alternative["required"].size() == 1;
}

/// Throws for a keyword that the checker below would overlook.
void check_keywords(const json& root, const json& schema) {
  static const std::set<std::string> known{"$schema",       "$defs",        "$ref",       "title",
                                           "description",   "type",         "properties", "additionalProperties",
                                           "required",      "oneOf",        "items",      "minItems",
                                           "maxItems",      "uniqueItems",  "minLength",  "maxLength",
                                           "pattern",       "minimum",      "maximum",    "enum",
                                           "propertyNames", "maxProperties"};
  if (!schema.is_object()) refuse("has a part that is no object");
  for (const auto& [keyword, value] : schema.items()) {
    if (!known.contains(keyword)) refuse("has the keyword " + keyword);
    if (keyword == "properties" || keyword == "$defs") {
      for (const auto& each : value) check_keywords(root, each);
    } else if (keyword == "items" || keyword == "propertyNames") {
      check_keywords(root, value);
    } else if (keyword == "additionalProperties" && value.is_object()) {
      check_keywords(root, value);
    } else if (keyword == "oneOf") {
      for (const auto& each : value) {
        if (!names_one_member(each)) refuse("has a oneOf of other things than single required members");
      }
    } else if (keyword == "$ref") {
      (void)resolved(root, schema);
    } else if (keyword == "pattern") {
      (void)std::regex(value.get<std::string>());
    }
  }
}

std::string named(const std::string& type) {
  static const std::map<std::string, std::string> names{{"object", "an object"},
                                                        {"array", "an array"},
                                                        {"string", "a string"},
                                                        {"integer", "an integer"},
                                                        {"boolean", "true or false"}};
  return names.at(type);
}

bool has_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  return value.is_boolean();
}

std::vector<std::string_view> views(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

/// In Unicode's code points, as JSON Schema counts.
std::size_t length_of(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

class checker {
 public:
  checker(const json& root, const std::string& file, std::vector<fault>& faults)
      : root_(root), file_(file), faults_(faults) {}

  void check(const json& reference, const json& value, const std::string& at) {
    const json& schema = resolved(root_, reference);
    if (const auto type = schema.find("type"); type != schema.end() && !has_type(value, *type)) {
      report(at, "must be " + named(*type));
      return;
    }
    check_enum(schema, value, at);
    if (value.is_object()) check_object(schema, value, at);
    if (value.is_array()) check_array(schema, value, at);
    if (value.is_string()) check_string(schema, value.get_ref<const std::string&>(), at, "");
    if (value.is_number()) check_number(schema, value, at);
  }

 private:
  void report(const std::string& at, std::string what) {
    if (faults_.size() < faults_max) faults_.push_back({file_, at, std::move(what)});
  }

  void check_enum(const json& schema, const json& value, const std::string& at) {
    const auto allowed = schema.find("enum");
    if (allowed == schema.end()) return;
    std::vector<std::string> names;
    for (const auto& each : *allowed) {
      if (each == value) return;
      names.push_back(each.get<std::string>());
    }
    report(at, "must be " + listed(names) +
                   (value.is_string() ? suggestion(value.get_ref<const std::string&>(), views(names)) : ""));
  }

  void check_object(const json& schema, const json& value, const std::string& at) {
    for (const auto& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) report(at, "the member " + name.dump() + " is missing");
    }
    if (const auto choice = schema.find("oneOf"); choice != schema.end()) check_choice(*choice, value, at);
    if (schema.contains("maxProperties") && value.size() > schema["maxProperties"].get<std::size_t>()) {
      report(at, "must have at most " + schema["maxProperties"].dump() + " members");
      return;
    }
    const json none = json::object();
    const json& properties = schema.contains("properties") ? schema["properties"] : none;
    const json others = schema.value("additionalProperties", json(true));
    for (const auto& [name, member] : value.items()) {
      const std::string place = pointer_to(at, name);
      if (const auto names = schema.find("propertyNames"); names != schema.end()) {
        check_string(*names, name, place, "the name ");
      }
      if (properties.contains(name)) {
        check(properties[name], member, place);
      } else if (others.is_object()) {
        check(others, member, place);
      } else if (others == false) {
        std::vector<std::string> known;
        for (const auto& each : properties.items()) known.push_back(each.key());
        report(place, "there is no such member" + suggestion(name, views(known)));
      }
    }
  }

  void check_choice(const json& alternatives, const json& value, const std::string& at) {
    std::vector<std::string> names;
    std::size_t there = 0;
    for (const auto& each : alternatives) {
      names.push_back(each["required"][0].get<std::string>());
      there += value.contains(names.back()) ? 1 : 0;
    }
    if (there == 0) report(at, "one of the members " + listed(names) + " is missing");
    if (there > 1) report(at, "must have only one of the members " + listed(names));
  }

  void check_array(const json& schema, const json& value, const std::string& at) {
    if (value.size() < schema.value("minItems", std::size_t{0})) {
      report(at, "must have at least " + schema["minItems"].dump() + " element");
    }
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>()) {
      report(at, "must have at most " + schema["maxItems"].dump() + " elements");
      return;
    }
    std::set<json> seen;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string place = pointer_to(at, i);
      if (schema.value("uniqueItems", false) && !seen.insert(value[i]).second) report(place, "occurs twice");
      if (schema.contains("items")) check(schema["items"], value[i], place);
    }
  }

  void check_string(const json& schema, const std::string& text, const std::string& at, const std::string& what) {
    if (schema.contains("minLength") && length_of(text) < schema["minLength"].get<std::size_t>()) {
      report(at, what + "must not be empty");
      return;
    }
    if (schema.contains("maxLength") && length_of(text) > schema["maxLength"].get<std::size_t>()) {
      report(at, what + "must have at most " + schema["maxLength"].dump() + " characters");
      return;
    }
    const auto pattern = schema.find("pattern");
    if (pattern == schema.end()) return;
    // std::regex takes a stack frame for each character, so a text without maxLength is bounded here.
    constexpr std::size_t matched_bytes_max = 4'096;
    const auto& rule = pattern->get_ref<const std::string&>();
    if (text.size() > matched_bytes_max || !std::regex_search(text, std::regex(rule))) {
      report(at, what + "must match " + rule);
    }
  }

  void check_number(const json& schema, const json& value, const std::string& at) {
    if ((schema.contains("minimum") && value < schema["minimum"]) ||
        (schema.contains("maximum") && value > schema["maximum"])) {
      report(at, "must be from " + schema["minimum"].dump() + " to " + schema["maximum"].dump());
    }
  }

  const json& root_;
  const std::string& file_;
  std::vector<fault>& faults_;
};

}  // namespace

json_schema::json_schema(std::string_view text) : root_(json::parse(text)) { check_keywords(root_, root_); }

std::vector<fault> json_schema::faults_of(const json& document, const std::string& file) const {
  std::vector<fault> found;
  checker(root_, file, found).check(root_, document, "");
  return found;
}

}  // namespace weir::auth
