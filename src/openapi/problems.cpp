#include "openapi/problems.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/limits.hpp"
#include "openapi/headers.hpp"
#include "openapi/prose.hpp"
#include "openapi/value_schemas.hpp"
#include "problem/explanations.hpp"

namespace weir::openapi {
namespace {

constexpr const char* problem_media_type = "application/problem+json";

/// What operations share: a status, and the problems it may be.
struct shared_response {
  std::string_view name;
  int status;
  std::initializer_list<std::string_view> problems;
  std::initializer_list<std::string_view> headers;
  std::string_view description;
};

const std::array shared_responses{
    shared_response{
        "MalformedRequest", 400, {"malformed-request"}, {}, "The request breaks a rule of HTTP or of this API."},
    shared_response{"MalformedBody",
                    400,
                    {"malformed-json", "malformed-request"},
                    {},
                    "The body is not JSON, or the request breaks a rule of HTTP or of this API."},
    shared_response{"Unauthorized",
                    401,
                    {"unauthorized"},
                    {"WWW-Authenticate"},
                    "The server authenticates its callers, and the request has no credential or a wrong one."},
    shared_response{"Forbidden",
                    403,
                    {"forbidden"},
                    {"WWW-Authenticate"},
                    "The caller's roles do not grant this. Or a page of another origin sent the request."},
    shared_response{"NotFound", 404, {"not-found"}, {}, "There is nothing with this name."},
    shared_response{"NotAcceptable", 406, {"not-acceptable"}, {}, "`Accept` allows none of the answer's media types."},
    shared_response{"Timeout", 408, {"timeout"}, {}, "The request took too long to arrive."},
    shared_response{"SequenceMismatch",
                    412,
                    {"sequence-mismatch"},
                    {},
                    "The condition in `If-Match` or `If-None-Match` failed. Nothing was written."},
    shared_response{"ContentTooLarge", 413, {"content-too-large"}, {}, "The body is too large."},
    shared_response{"UriTooLong", 414, {"uri-too-long"}, {}, "The request target is too long."},
    shared_response{"UnsupportedMediaType",
                    415,
                    {"unsupported-media-type"},
                    {"Accept-Post"},
                    "The body's media type is not supported, or not stated."},
    shared_response{"PositionOfAnotherLog",
                    410,
                    {"position-of-another-log"},
                    {},
                    "The event log never gave this position, or has another history there."},
    shared_response{"MisdirectedRequest",
                    421,
                    {"misdirected-request"},
                    {},
                    "`Host` names a host that this server does not answer for."},
    shared_response{"InvalidParameters", 422, {"validation"}, {}, "Parameters break rules: all faults are listed."},
    shared_response{"InvalidCommand",
                    422,
                    {"validation", "idempotency-key-reused"},
                    {},
                    "The command breaks rules: all faults are listed. Or the idempotency key was used for another "
                    "command. Nothing was written."},
    shared_response{"InvalidOrUnknownCommand",
                    422,
                    {"validation", "unknown-command", "idempotency-key-reused"},
                    {},
                    "The command breaks rules: all faults are listed. Or there is no such command, or the idempotency "
                    "key was used for another command. Nothing was written."},
    shared_response{"HeadersTooLarge", 431, {"headers-too-large"}, {}, "The header fields are too large."},
    shared_response{"Internal",
                    500,
                    {"internal", "damaged-data"},
                    {},
                    "Something went wrong on our side, or stored data is damaged."},
    shared_response{"NotImplemented",
                    501,
                    {"not-implemented"},
                    {},
                    "The server supports this method or transfer coding at no path."},
    shared_response{"Overloaded", 503, {"overloaded"}, {"Retry-After"}, "Too many requests at once."},
    shared_response{
        "ReadUnavailable",
        503,
        {"overloaded", "unavailable"},
        {"Retry-After"},
        "Too many requests at once; or the server has not reached `Weir-Min-Position` yet, or a view is being built."},
    shared_response{"CommandsUnavailable",
                    503,
                    {"overloaded", "unavailable"},
                    {"Retry-After"},
                    "Commands are not accepted at present. Nothing was written, unless `outcome` is `unknown`."},
    shared_response{"NotNow",
                    503,
                    {"overloaded", "unavailable"},
                    {"Retry-After"},
                    "This cannot be answered at present: a view is being built, or too many requests are waiting."},
};

template <class Table>
const auto& find(const Table& in, std::string_view name) {
  const auto found = std::find_if(in.begin(), in.end(), [&](const auto& each) { return each.name == name; });
  if (found == in.end()) throw std::logic_error("no problem is called " + std::string(name));
  return *found;
}

/// malformed-json as MalformedJsonProblem
std::string schema_name(std::string_view problem) {
  std::string name;
  for (std::size_t start = 0; start < problem.size();) {
    const std::size_t end = std::min(problem.find('-', start), problem.size());
    name += capitalized(problem.substr(start, end - start));
    start = end + 1;
  }
  return name + "Problem";
}

json problem_object(std::string_view description, const std::string& type, std::string_view title, int status,
                    json further = json::object(), const json& further_required = json::array()) {
  json type_schema = constant_schema(type);
  type_schema["description"] = "The type of the problem. `GET` on it explains it.";
  json title_schema = text_schema("The type in words; always the same for one type.");
  title_schema["examples"] = json::array({title});
  json instance =
      text_schema("This occurrence: the path, and the request's trace and span, as in the server's diagnostic log.");
  instance["format"] = "uri-reference";
  instance["examples"] = json::array({"/commands#0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"});
  json properties = {{"type", type_schema},
                     {"title", title_schema},
                     {"status", constant_schema(status)},
                     {"detail", text_schema("This occurrence in words.")},
                     {"instance", instance}};
  json required = json::array({"type", "title", "status", "instance"});
  for (auto& [name, schema] : further.items()) {
    if (!properties.contains(name)) properties[name] = std::move(schema);  // as in the problem itself
  }
  for (const auto& name : further_required) required.push_back(name);
  return object_schema(std::string(description), std::move(properties), std::move(required));
}

json violation_schema() {
  return object_schema(
      "One rule that the input breaks.",
      {{"pointer", text_schema("A JSON pointer (RFC 6901) into the body; of a parameter, its name after a "
                               "slash.")},
       {"detail", text_schema("What is wrong there.")}},
      json::array({"pointer", "detail"}));
}

json violations(components& into) {
  return {{"errors", {{"type", "array"}, {"items", into.refer("schemas", "Violation", violation_schema)}}}};
}

json media_types(const char* description) {
  return {{"type", "array"}, {"description", description}, {"items", {{"type", "string"}}}};
}

json expected_schema() {
  const json number = {{"type", "integer"}, {"format", "int64"}, {"minimum", 0}, {"maximum", exact_integer_max}};
  return {{"description",
           "The expected sequence; 0: the stream must not exist; `*`: it must exist; an array: one of "
           "these."},
          {"oneOf", {number, {{"type", "string"}, {"enum", {"*"}}}, {{"type", "array"}, {"items", number}}}}};
}

json schema_of(components& into, const problem_explanation& of) {
  const std::string type = "/problems/" + std::string(of.name);
  const auto made = [&](json further = json::object(), const json& required = json::array()) {
    return problem_object(of.text, type, of.title, of.status, std::move(further), required);
  };
  const auto size = [](const char* of_what) { return integer_schema(0, exact_integer_max, of_what); };
  if (of.name == "malformed-json") {
    return made({{"line", size("The line, from 1.")}, {"column", size("The column in bytes, from 1.")}});
  }
  if (of.name == "not-found") return made({{"stream", text_schema("The stream that does not exist.")}});
  if (of.name == "sequence-mismatch") {
    return made({{"expected", expected_schema()}, {"actual", size("The stream's current sequence.")}},
                {"expected", "actual"});
  }
  if (of.name == "validation" || of.name == "unknown-command") {
    json further = violations(into);
    further["limitCommands"] =
        size("Maximum number of commands in an array; present if the array is empty or too long.");
    return made(std::move(further), json::array({"errors"}));
  }
  if (of.name == "not-acceptable") return made({{"offered", media_types("The media types of the answer.")}});
  if (of.name == "unsupported-media-type") return made({{"accepted", media_types("The media types of the body.")}});
  if (of.name == "position-of-another-log") {
    return made({{"headPosition", size("The last position of the event log.")},
                 {"lastCommonPosition",
                  size("Up to here the event log is the one that the position is from; present where that is known.")}},
                {"headPosition"});
  }
  if (of.name == "subject-erased") {
    return made({{"subject", text_schema("Whose data was erased: `user-u1`.")},
                 {"index", integer_schema(0, limits::group_commands_max - 1,
                                          "The index of the refused command in the array, from 0.")}},
                {"subject"});
  }
  if (of.name == "timeout") return made({{"limitSeconds", {{"type", "number"}, {"description", "The limit."}}}});
  if (of.name == "unavailable") {
    return made({{"outcome",
                  {{"type", "string"},
                   {"enum", {"unknown"}},
                   {"description", "`unknown`: the command may or may not have been carried out."}}}});
  }
  if (of.status == 413 || of.status == 414 || of.status == 431) return made({{"limitBytes", size("The limit.")}});
  return made();
}

/// One schema, or exactly one of several that the member tells apart. `by_value`: of that member.
json alternatives(const char* member, const std::vector<std::pair<std::string, json>>& by_value) {
  if (by_value.size() == 1) return by_value.front().second;
  json made = {{"oneOf", json::array()}, {"discriminator", {{"propertyName", member}, {"mapping", json::object()}}}};
  for (const auto& [value, reference] : by_value) {
    made["oneOf"].push_back(reference);
    made["discriminator"]["mapping"][value] = reference.at("$ref");
  }
  return made;
}

json made_response(components& into, const shared_response& of) {
  std::vector<std::pair<std::string, json>> by_type;
  for (const auto name : of.problems) {
    by_type.emplace_back("/problems/" + std::string(name), into.refer("schemas", schema_name(name), [&] {
      return schema_of(into, find(problem_explanations(), name));
    }));
  }
  json headers = response_headers(into, of.headers);
  headers.update(response_headers(into, {"Weir-Position"}));
  return answer(of.description, problem_media_type, alternatives("type", by_type), std::move(headers));
}

/// A domain's exceptions as problems of one status, each a schema of its own, by their names.
std::vector<std::pair<std::string, json>> refusals(components& into, type_schemas& types,
                                                   const std::vector<const schema::structure*>& exceptions,
                                                   int status) {
  std::vector<std::pair<std::string, json>> by_code;
  for (const auto* exception : exceptions) {
    const bool conflict = status == 409;
    const std::string name = exception->name + (conflict ? "Conflict" : "Absence");
    by_code.emplace_back(exception->name, into.refer("schemas", name, [&] {
      json members = {{"code", constant_schema(exception->name)}};
      json required = json::array({"code"});
      if (conflict) {
        members["index"] =
            integer_schema(0, limits::group_commands_max - 1, "The index of the refused command in the array, from 0.");
      }
      for (const auto& field : exception->fields) {
        members[field.name] = types.of(field);
        if (field.presence == schema::requiredness::required) required.push_back(field.name);
      }
      const std::string title = first_sentence(exception->doc);
      return problem_object(
          exception->doc, "/problems/" + (conflict ? exception->name : "not-found"),
          conflict ? (title.empty() ? exception->name : title) : explanation_of(problem_kind::not_found).title, status,
          std::move(members), required);
    }));
  }
  return by_code;
}

/// - `EmailTaken`: Another user has that e-mail address, in whatever case it is written.
std::string listed(const std::vector<const schema::structure*>& exceptions) {
  std::string list;
  for (const auto* exception : exceptions) {
    list += (list.empty() ? "- `" : "\n- `") + exception->name + "`";
    if (!exception->doc.empty()) list += ": " + exception->doc;
  }
  return list;
}

}  // namespace

void add_problems(operation& to, components& into, std::initializer_list<std::string_view> responses) {
  for (const auto name : responses) {
    const shared_response& found = find(shared_responses, name);
    to.responses[found.status] = into.refer("responses", name, [&] { return made_response(into, found); });
  }
}

void add_general_problems(operation& to, components& into) {
  if (!to.open) add_problems(to, into, {"Unauthorized", "Forbidden"});
  add_problems(to, into,
               {"MalformedRequest", "Timeout", "UriTooLong", "MisdirectedRequest", "HeadersTooLarge", "Internal",
                "NotImplemented", "Overloaded"});
}

void add_conflicts(operation& to, components& into, type_schemas& types,
                   const std::vector<const schema::structure*>& exceptions, bool personal) {
  if (exceptions.empty() && !personal) return;
  std::vector<std::pair<std::string, json>> by_type;
  for (auto& [name, reference] : refusals(into, types, exceptions, 409)) {
    by_type.emplace_back("/problems/" + name, std::move(reference));
  }
  std::string description = paragraphs("The command was refused; nothing was written.", listed(exceptions));
  if (personal) {
    const std::string name = "subject-erased";
    by_type.emplace_back("/problems/" + name, into.refer("schemas", schema_name(name), [&] {
      return schema_of(into, explanation_of(problem_kind::subject_erased));
    }));
    description = paragraphs(description, "Or the person's data was erased, and the command has new personal data.");
  }
  to.responses[409] =
      answer(description, problem_media_type, alternatives("type", by_type), response_headers(into, {"Weir-Position"}));
}

void add_absences(operation& to, components& into, type_schemas& types,
                  const std::vector<const schema::structure*>& exceptions, bool of_the_past) {
  if (exceptions.empty() && of_the_past) add_problems(to, into, {"NotFound"});
  if (exceptions.empty()) return;
  json schema = alternatives("code", refusals(into, types, exceptions, 404));
  if (of_the_past) {
    const json plain = into.refer("schemas", schema_name("not-found"),
                                  [&] { return schema_of(into, explanation_of(problem_kind::not_found)); });
    schema = {{"anyOf", json::array({std::move(schema), plain})}};
  }
  to.responses[404] = answer(paragraphs("There is no such resource.", listed(exceptions)), problem_media_type,
                             std::move(schema), response_headers(into, {"Weir-Position"}));
}

}  // namespace weir::openapi
