#include "openapi/type_schemas.hpp"

#include <algorithm>

#include "openapi/examples.hpp"
#include "openapi/prose.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

using schema::kind;

bool is_typedef(const schema::type& type) {
  return !type.name.empty() && type.is != kind::structure && type.is != kind::enumeration;
}

/// What tells two uses of one typedef apart.
std::string rules_text(const schema::rules& of) {
  json text = json::array({of.pattern_texts, of.format, of.date_time, of.as_string});
  const auto add = [&](const auto& bound) { text.push_back(bound ? json(*bound) : json()); };
  add(of.min_length), add(of.max_length), add(of.minimum), add(of.maximum), add(of.min_items), add(of.max_items);
  add(of.example);
  return text.dump();
}

/// Enums with a doc for some member list them all: JSON Schema has no place for it.
std::string members_in_words(const schema::enumeration& names) {
  if (std::all_of(names.members.begin(), names.members.end(), [](const auto& m) { return m.doc.empty(); })) return "";
  std::string list;
  for (const auto& member : names.members) {
    list += (list.empty() ? "- `" : "\n- `") + member.name + "`";
    if (!member.doc.empty()) list += ": " + member.doc;
  }
  return list;
}

void describe(json& schema, const std::string& text) {
  if (!text.empty()) schema["description"] = text;
}

void bound_items(json& schema, const schema::rules& demands, const char* least, const char* most) {
  if (demands.min_items) schema[least] = *demands.min_items;
  if (demands.max_items) schema[most] = *demands.max_items;
}

}  // namespace

std::string doc_of(const schema::field& field) {
  if (field.not_before.empty()) return field.doc;
  return paragraphs(field.doc, "It must not be before `" + field.not_before + "`.");
}

const std::vector<std::string_view>& reserved_schema_names() {
  static const std::vector<std::string_view> names{"BackupState",
                                                   "CloudEvent",
                                                   "Command",
                                                   "CommandResult",
                                                   "Event",
                                                   "EventMetadata",
                                                   "EventPage",
                                                   "StoreCopy",
                                                   "Log",
                                                   "LogPage",
                                                   "Health",
                                                   "HealthCheck",
                                                   "Verification",
                                                   "VerificationReport",
                                                   "Index",
                                                   "Me",
                                                   "UnauthorizedProblem",
                                                   "MalformedJsonProblem",
                                                   "ForbiddenProblem",
                                                   "NotFoundProblem",
                                                   "MalformedRequestProblem",
                                                   "NotAcceptableProblem",
                                                   "TimeoutProblem",
                                                   "PositionOfAnotherLogProblem",
                                                   "SequenceMismatchProblem",
                                                   "SubjectErasedProblem",
                                                   "Erasure",
                                                   "ContentTooLargeProblem",
                                                   "UriTooLongProblem",
                                                   "MisdirectedRequestProblem",
                                                   "UnsupportedMediaTypeProblem",
                                                   "ValidationProblem",
                                                   "UnknownCommandProblem",
                                                   "IdempotencyKeyReusedProblem",
                                                   "HeadersTooLargeProblem",
                                                   "InternalProblem",
                                                   "NotImplementedProblem",
                                                   "DamagedDataProblem",
                                                   "OverloadedProblem",
                                                   "UnavailableProblem",
                                                   "ProblemType",
                                                   "Projection",
                                                   "RecordedEvent",
                                                   "StreamHead",
                                                   "Violation"};
  return names;
}

type_schemas::type_schemas(const std::vector<domain>& domains, components& into) : into_(into) {
  for (const auto name : reserved_schema_names()) taken_.emplace(name, nullptr);
  for (const auto& each : domains) {
    name_types_of(each);
    if (each.declares->commands()) {
      for (const auto& command : each.declares->commands()->fields) note_input(command.type);
    }
    if (!each.declares->rpc()) continue;
    for (const auto& method : each.declares->rpc()->methods) {
      for (const auto& argument : method.arguments) note_input(argument.type);
    }
  }
}

void type_schemas::note_input(const schema::type& type) {
  if (type.key) note_input(*type.key);
  if (type.element) note_input(*type.element);
  if (!type.shape || !input_.insert(type.shape).second) return;
  for (const auto& field : type.shape->fields) note_input(field.type);
}

void type_schemas::name_types_of(const domain& in) {
  typedefs_.clear();
  typedef_order_.clear();
  for (const auto& shape : in.declares->structures()) {
    name_component(shape.get(), shape->name, in);
    for (const auto& field : shape->fields) note_typedefs(field.type);
  }
  for (const auto& names : in.declares->enumerations()) name_component(names.get(), names->name, in);
  // Uses to which a field added rules of its own stay as they are, in their place.
  for (const auto& name : typedef_order_) {
    const uses& found = typedefs_[name];
    std::string component;
    for (const auto* type : found.all) {
      if (rules_text(type->demands) != found.plainest) continue;
      if (component.empty()) {
        name_component(type, name, in);
        component = names_[type];
      }
      names_[type] = component;
    }
  }
}

void type_schemas::name_component(const void* what, std::string_view name, const domain& in) {
  std::string free(name);
  if (!taken_.emplace(free, what).second) {
    const std::string stem = capitalized(in.name) + free;
    free = stem;
    for (int n = 2; !taken_.emplace(free, what).second; ++n) free = stem + std::to_string(n);
  }
  names_[what] = free;
}

void type_schemas::note_typedefs(const schema::type& type) {
  if (is_typedef(type)) {
    const auto [place, is_first] = typedefs_.try_emplace(type.name);
    if (is_first) typedef_order_.push_back(type.name);
    const std::string text = rules_text(type.demands);
    if (is_first || text.size() < place->second.plainest.size()) place->second.plainest = text;
    place->second.all.push_back(&type);
  }
  if (type.key) note_typedefs(*type.key);
  if (type.element) note_typedefs(*type.element);
}

json type_schemas::of(const schema::type& type) {
  if (type.is == kind::structure) return of(*type.shape);
  if (type.is == kind::enumeration) {
    return into_.refer("schemas", names_.at(type.names), [&] { return made(*type.names); });
  }
  const auto name = names_.find(&type);
  if (name == names_.end()) return made(type);
  return into_.refer("schemas", name->second, [&] { return made(type); });
}

json type_schemas::of(const schema::structure& shape) {
  return into_.refer("schemas", names_.at(&shape), [&] { return made(shape); });
}

json type_schemas::of(const schema::field& field) {
  json schema = of(field.type);
  if (const std::string doc = doc_of(field); !doc.empty()) {
    schema["description"] = paragraphs(doc, further_rules(field.type));
  }
  if (field.default_json) schema["default"] = json::parse(*field.default_json);
  if (field.personal) schema["x-personal"] = true;
  return schema;
}

/// Once it is erased, a personal value is left out where it may be. Where it is required, it is empty, whatever the
/// rules say.
json type_schemas::of(const schema::field& field, const schema::structure& in) {
  const bool may_be_empty = field.personal && field.presence == schema::requiredness::required && !input_.contains(&in);
  if (!may_be_empty) return of(field);
  json schema = {{"type", "string"}};
  if (field.type.is == kind::binary) schema["contentEncoding"] = "base64";
  describe(schema, paragraphs(doc_of(field).empty() ? field.type.doc : doc_of(field), "Empty once it is erased."));
  if (const auto stated = stated_example(field.type)) schema["examples"] = json::array({*stated});
  schema["x-personal"] = true;
  return schema;
}

json type_schemas::one_of(const std::vector<const schema::field*>& members) {
  json choices = json::array();
  for (const auto* member : members) {
    choices.push_back({{"title", member->name},
                       {"type", "object"},
                       {"properties", {{member->name, of(*member)}}},
                       {"required", {member->name}},
                       {"additionalProperties", false}});
  }
  if (choices.size() == 1) return choices.front();
  return {{"oneOf", choices}};
}

json type_schemas::made(const schema::structure& shape) {
  json schema = json::object();
  describe(schema, shape.doc);
  if (shape.category == schema::category::union_) {
    std::vector<const schema::field*> members;
    for (const auto& field : shape.fields) members.push_back(&field);
    schema.update(one_of(members));
    return schema;
  }
  schema["type"] = "object";
  schema["properties"] = json::object();
  json required = json::array();
  for (const auto& field : shape.fields) {
    schema["properties"][field.name] = of(field, shape);
    if (field.presence == schema::requiredness::required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = required;
  schema["additionalProperties"] = false;
  if (const auto example = example_of(shape); example && !example->empty())
    schema["examples"] = json::array({*example});
  return schema;
}

json type_schemas::made(const schema::enumeration& names) {
  json schema = {{"type", "string"}};
  describe(schema, paragraphs(names.doc, members_in_words(names)));
  schema["enum"] = json::array();
  for (const auto& member : names.members) {
    schema["enum"].push_back(member.name);
    if (!member.doc.empty()) schema["x-enumDescriptions"][member.name] = member.doc;
  }
  return schema;
}

json type_schemas::made(const schema::type& type) {
  json schema;
  switch (type.is) {
    case kind::list:
    case kind::set:
      schema = {{"type", "array"}, {"items", of(*type.element)}};
      if (type.is == kind::set) schema["uniqueItems"] = true;
      bound_items(schema, type.demands, "minItems", "maxItems");
      break;
    case kind::map:
      schema = made_map(type);
      break;
    default:
      schema = scalar_schema(type);
  }
  describe(schema, paragraphs(type.doc, further_rules(type)));
  if (const auto stated = stated_example(type)) schema["examples"] = json::array({*stated});
  return schema;
}

json type_schemas::made_map(const schema::type& type) {
  json schema;
  if (schema::names_members(*type.key)) {
    schema = {
        {"type", "object"}, {"propertyNames", name_schema(*type.key)}, {"additionalProperties", of(*type.element)}};
    bound_items(schema, type.demands, "minProperties", "maxProperties");
    return schema;
  }
  const json pair = {{"type", "array"},
                     {"description", "A key and its value."},
                     {"prefixItems", {of(*type.key), of(*type.element)}},
                     {"items", false},
                     {"minItems", 2}};
  schema = {{"type", "array"}, {"items", pair}};
  bound_items(schema, type.demands, "minItems", "maxItems");
  return schema;
}

}  // namespace weir::openapi
