#include <algorithm>

#include "base/limits.hpp"
#include "openapi/document_parts.hpp"
#include "openapi/examples.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/prose.hpp"
#include "openapi/representations.hpp"
#include "openapi/value_schemas.hpp"
#include "schema/name_template.hpp"

namespace weir::openapi {
namespace {

constexpr const char* json_type = "application/json";
constexpr const char* lines_type = "application/x-ndjson";

/// A member of some domain's union Command.
struct command {
  const domain* of;
  const schema::field* member;
  const schema::structure& shape() const { return *member->type.shape; }
};

std::vector<command> all_commands(const draft& of) {
  std::vector<command> all;
  for (const auto& domain : of.domains) {
    if (!domain.declares->commands()) continue;
    for (const auto& field : domain.declares->commands()->fields) all.push_back({&domain, &field});
  }
  return all;
}

/// The path at which what a command is for can be read: that of the query for the same stream. Null if there is none.
const std::string* location_of(const command& what) {
  const auto* service = what.of->declares->rpc();
  if (!service || !what.shape().stream) return nullptr;
  for (const auto& method : service->methods) {
    const bool same =
        !method.path.empty() && method.query->stream && schema::name_alike(*method.query->stream, *what.shape().stream);
    if (same) return &method.path;
  }
  return nullptr;
}

json result_schema(draft& to) {
  return to.parts.refer("schemas", "CommandResult", [&] {
    return object_schema(
        "The result of a command.",
        {{"stream", text_schema("The stream the command was for.")},
         {"sequence", integer_schema(0, exact_integer_max, "The sequence of the stream's last event now.")},
         {"position", integer_schema(0, exact_integer_max,
                                     "The position of the command's last event. If the command changed nothing: of its "
                                     "stream's last event (0: the stream does not exist).")},
         {"events",
          {{"type", "array"},
           {"description", "The events that were recorded, with `Prefer: return=representation`."},
           {"items", recorded_event_schema(to)}}}},
        json::array({"stream", "sequence", "position"}));
  });
}

json results_schema(draft& to) {
  return to.parts.refer("schemas", "CommandResults", [&] {
    return object_schema(
        "The result of an array of commands: all were carried out, in one commit.",
        {{"position", integer_schema(0, exact_integer_max, "The position of their last event.")},
         {"results",
          {{"type", "array"}, {"description", "One for each command, in order."}, {"items", result_schema(to)}}}},
        json::array({"position", "results"}));
  });
}

json command_schema(draft& to, const std::vector<const schema::field*>& members) {
  return to.parts.refer("schemas", "Command", [&] {
    json schema = {{"description", "A command: exactly one member."}};
    schema.update(to.types.one_of(members));
    return schema;
  });
}

json result_answer(draft& to, bool has_location, const std::optional<json>& example) {
  json headers = response_headers(to.parts, {"ETag", "Weir-Position", "Idempotency-Replayed", "Preference-Applied"});
  if (has_location) headers.update(response_headers(to.parts, {"Location"}));
  json made = answer("The command was carried out, and its events are on disk.", json_type, result_schema(to), headers);
  if (example) made["content"][json_type]["example"] = *example;
  add_thrift(made["content"]);
  return made;
}

json lines(const char* description) { return {{"schema", {{"type", "string"}, {"description", description}}}}; }

json request_body(json schema, json examples) {
  json made = {{"required", true}};
  made["content"][json_type]["schema"] = std::move(schema);
  if (!examples.empty()) made["content"][json_type]["examples"] = std::move(examples);
  add_thrift(made["content"]);
  return made;
}

void add_parameters(draft& to, operation& made) {
  for (const char* name :
       {"IdempotencyKey", "IfMatch", "IfNoneMatchAny", "Prefer", "CorrelationId", "CausationId", "Traceparent"}) {
    made.parameters.push_back(header_parameter(to.parts, name));
  }
}

/// Whether a command of the domain may record personal data: then it is refused where that was erased.
bool records_personal_data(const domain& of) { return of.declares->events() && of.declares->events()->personal; }

void add_command_problems(draft& to, operation& made, const std::vector<const schema::structure*>& refusals,
                          bool personal) {
  add_general_problems(made, to.parts);
  add_problems(made, to.parts,
               {"MalformedBody", "NotAcceptable", "SequenceMismatch", "ContentTooLarge", "UnsupportedMediaType",
                "CommandsUnavailable"});
  add_conflicts(made, to.parts, to.types, refusals, personal);
}

operation one_command(draft& to, const command& what) {
  const schema::structure& shape = what.shape();
  const std::optional<json> example = example_of(shape);
  operation made;
  made.id = what.member->name;
  made.tag = what.of->name;
  made.summary = first_sentence(shape.doc);
  if (made.summary.empty()) made.summary = as_words(what.member->name);
  made.description = shape.doc;
  if (shape.stream) made.description = paragraphs(shape.doc, "It is for the stream `" + shape.stream->text + "`.");
  add_parameters(to, made);
  json examples = json::object();
  if (example) examples["example"] = {{"value", *example}};
  made.request_body = request_body(to.types.of(shape), std::move(examples));
  std::optional<json> result;
  if (example && shape.stream) {
    result = json{{"stream", fill_in(*shape.stream, *example)}, {"sequence", 1}, {"position", 1}};
  }
  made.responses[200] = result_answer(to, location_of(what) != nullptr, result);
  add_command_problems(to, made, shape.refusals, records_personal_data(*what.of));
  add_problems(made, to.parts, {"InvalidCommand"});
  return made;
}

/// A Thrift body holds no names.
json domain_parameter(const draft& to) {
  json names = json::array();
  for (const auto& domain : to.domains) names.push_back(domain.name);
  return query_parameter(
      "domain", false,
      "The domain of the command in a Thrift body; not needed if there is only one domain. Ignored with JSON.",
      {{"type", "string"}, {"enum", names}});
}

operation any_command(draft& to, const std::vector<command>& commands) {
  std::vector<const schema::field*> members;
  std::vector<const schema::structure*> refusals;
  json examples = json::object();
  bool has_location = false;
  for (const auto& each : commands) {
    members.push_back(each.member);
    has_location = has_location || location_of(each);
    for (const auto* refusal : each.shape().refusals) {
      if (std::find(refusals.begin(), refusals.end(), refusal) == refusals.end()) refusals.push_back(refusal);
    }
    const auto example = example_of(each.shape());
    if (!example) continue;
    const std::string summary = first_sentence(each.shape().doc);
    json& shown = examples[each.member->name];
    if (!summary.empty()) shown["summary"] = summary;
    shown["value"][each.member->name] = *example;
  }
  operation made;
  made.id = "executeCommand";
  made.tag = commands_tag;
  made.summary = "Carries out a command";
  made.description =
      "The body is an object with one member, the command's name, which holds the command. Each command has an "
      "operation of its own too, `POST /commands/{name}`: its body is the command alone, and it does the same.\n\n"
      "200 means that the command's events are on disk. A command that changes nothing answers 200 too, with the "
      "stream's current sequence.\n\n"
      "An array of commands, also of several streams and domains, is carried out as a whole or not at all. If a "
      "command is refused, `index` says which. `If-Match` and `If-None-Match` cannot be used with an array, and the "
      "answer is JSON.\n\n"
      "`application/x-ndjson` takes any number of commands, one per line, each carried out by itself. The answer has "
      "one line per command and begins while the body still arrives: read it while you write. An `Idempotency-Key` "
      "then applies to each line together with its number, so a whole import can be sent again. An incomplete answer "
      "ends with a problem.";
  made.parameters.push_back(domain_parameter(to));
  add_parameters(to, made);
  const json one = command_schema(to, members);
  const json several = {{"type", "array"},
                        {"description", "Commands that are carried out in order, in one commit: all or none."},
                        {"minItems", 1},
                        {"maxItems", limits::group_commands_max},
                        {"items", one}};
  made.request_body = request_body({{"oneOf", {one, several}}}, std::move(examples));
  made.responses[200] = result_answer(to, has_location, std::nullopt);
  made.responses[200]["content"][json_type]["schema"] = {{"oneOf", {result_schema(to), results_schema(to)}}};
  made.request_body["content"][lines_type] = lines("Commands, one JSON object per line.");
  made.responses[200]["content"][lines_type] = lines(
      "The result of each line, in order, one JSON object per line: a `CommandResult`, with `replayed` if it is a "
      "stored one, or a problem with the number of its `line`, from 1.");
  add_command_problems(to, made, refusals, std::any_of(to.domains.begin(), to.domains.end(), records_personal_data));
  add_problems(made, to.parts, {"InvalidOrUnknownCommand"});
  return made;
}

}  // namespace

void add_commands(draft& to) {
  const std::vector<command> commands = all_commands(to);
  if (commands.empty()) return;
  to.paths.add("/commands", "post", any_command(to, commands));
  for (const auto& each : commands) to.paths.add("/commands/" + each.member->name, "post", one_command(to, each));
}

}  // namespace weir::openapi
