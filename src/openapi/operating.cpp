#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

constexpr const char* health_type = "application/health+json";

json status_schema() {
  return {{"type", "string"}, {"enum", {"pass", "warn", "fail"}}, {"description", "Whether all is well."}};
}

json check_schema() {
  return object_schema("The result of one check.",
                       {{"status", status_schema()},
                        {"observedValue", {{"type", "number"}, {"description", "The measured value."}}},
                        {"observedUnit", text_schema("The unit of the measurement.")},
                        {"output", text_schema("What is wrong; absent if nothing is.")}},
                       json::array({"status"}));
}

json health(draft& of) {
  return of.parts.refer("schemas", "Health", [&] {
    const json check = of.parts.refer("schemas", "HealthCheck", check_schema);
    const json checks = {{"type", "object"},
                         {"description", "The result of each check."},
                         {"additionalProperties", {{"type", "array"}, {"items", check}}}};
    return object_schema("The health of the server.",
                         {{"status", status_schema()},
                          {"checks", checks},
                          {"output", text_schema("What is wrong with the whole; absent if nothing is.")}},
                         json::array({"status"}));
  });
}

operation live(draft& to) {
  operation made;
  made.open = true;
  made.id = "getLiveness";
  made.summary = "Whether the process is alive";
  made.description =
      "If there is no answer, restart the process. `warn`: a write has failed, and no command is accepted until the "
      "process is restarted; queries still work.";
  made.responses[200] = answer("The process is alive.", health_type, health(to));
  add_general_problems(made, to.parts);
  return made;
}

operation ready(draft& to) {
  operation made;
  made.open = true;
  made.id = "getReadiness";
  made.summary = "Whether commands are accepted";
  made.description =
      "If this fails, send commands elsewhere. Queries may still be answered. A projection that is being built or is "
      "stopped at an event is a warning, under `projection:` and its name. So is a fault that a verification has "
      "found, under `data`. `disk` fails while the disk is too full for "
      "commands, with the free bytes; it passes again once there is space. A server that authenticates its callers "
      "tells "
      "the checks only to those who may read metrics.";
  made.responses[200] = answer("Commands are accepted.", health_type, health(to));
  add_general_problems(made, to.parts);
  json unready =
      answer("Commands are not accepted; `output` says why. Or too many connections are open, which is a problem.",
             health_type, health(to));
  unready["content"]["application/problem+json"]["schema"] = {{"$ref", "#/components/schemas/OverloadedProblem"}};
  made.responses[503] = std::move(unready);
  return made;
}

operation metrics(draft& to) {
  operation made;
  made.id = "getMetrics";
  made.summary = "Metrics for Prometheus";
  made.description = "Requests, commands, batches, the queue, the log's head: in Prometheus' text format.";
  made.responses[200] = answer("One line per sample.", "text/plain", {{"type", "string"}});
  add_general_problems(made, to.parts);
  return made;
}

operation problem(draft& to) {
  operation made;
  made.open = true;
  made.id = "getProblemType";
  made.summary = "What a problem type means";
  made.description = "The `type` of every problem is such a path.";
  json name = {{"type", "string"}, {"minLength", 1}, {"examples", {"validation"}}};
  made.parameters = {path_parameter("name", "The last segment of a problem's `type`.", name)};
  made.responses[200] = answer("What it means.", "application/json", to.parts.refer("schemas", "ProblemType", [] {
    json status = {{"type", "integer"}, {"format", "int32"}, {"minimum", 400}, {"maximum", 599}};
    status["description"] = "The HTTP status of such a problem.";
    return object_schema("A problem type.",
                         {{"type", text_schema("As in the problem.")},
                          {"title", text_schema("As in the problem.")},
                          {"status", status},
                          {"explanation", text_schema("What it means, and what to do.")}},
                         json::array({"type", "title", "status", "explanation"}));
  }));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotFound"});
  return made;
}

json index_schema() {
  json made = object_schema("The paths, by purpose.", {{"name", text_schema("`weir`.")}}, json::array({"name"}));
  made["additionalProperties"] = true;
  return made;
}

operation index(draft& to) {
  operation made;
  made.open = true;
  made.id = "getIndex";
  made.summary = "The paths of this server";
  made.description = "A short index for people at a terminal.";
  made.responses[200] =
      answer("The paths, by purpose.", "application/json", to.parts.refer("schemas", "Index", index_schema));
  add_general_problems(made, to.parts);
  return made;
}

operation contract(draft& to) {
  operation made;
  made.open = true;
  made.id = "getOpenApi";
  made.summary = "This document";
  made.responses[200] = answer("The HTTP contract, as OpenAPI 3.1.", "application/json", {{"type", "object"}});
  add_general_problems(made, to.parts);
  return made;
}

json permissions_schema() {
  const auto names = [](const char* text) {
    return json{{"type", "array"}, {"items", {{"type", "string"}}}, {"description", text}};
  };
  return object_schema("What the caller may do. `*` stands for all.",
                       {{"commands", names("Commands by name, or `ledger.*` for those of a domain.")},
                        {"queries", names("Queries, in the same way.")},
                        {"events", names("Categories of streams whose events may be read.")},
                        {"streams", names("Further streams, by name or by beginning: `user-a*`.")},
                        {"admin", names("Actions of administration.")},
                        {"metrics", {{"type", "boolean"}, {"description", "Whether metrics may be read."}}}},
                       json::array({"commands", "queries", "events", "streams", "admin", "metrics"}));
}

operation me(draft& to) {
  operation made;
  made.id = "getMe";
  made.summary = "Who the caller is";
  made.description = "The caller whose credential the request has, and what that caller may do.";
  made.responses[200] = answer("The caller.", "application/json", to.parts.refer("schemas", "Me", [] {
    const json by = {{"type", "string"},
                     {"enum", {"none", "apiToken", "accessToken", "clientCertificate"}},
                     {"description", "The kind of credential. `none`: the server authenticates nobody."}};
    const json ends = {{"type", "string"},
                       {"format", "date-time"},
                       {"description", "When the credential expires; absent: it does not."}};
    return object_schema(
        "A caller.",
        {{"name", text_schema("Absent where the server authenticates nobody.")},
         {"roles", {{"type", "array"}, {"items", {{"type", "string"}}}, {"description", "The caller's roles."}}},
         {"authenticatedBy", by},
         {"expiresAt", ends},
         {"permissions", permissions_schema()}},
        json::array({"roles", "authenticatedBy", "permissions"}));
  }));
  add_general_problems(made, to.parts);
  return made;
}

operation docs(draft& to) {
  operation made;
  made.open = true;
  made.id = "getDocs";
  made.summary = "A reference page";
  made.description = "This document as a page for people. It loads nothing from elsewhere.";
  made.responses[200] = answer("A page.", "text/html", {{"type", "string"}});
  add_general_problems(made, to.parts);
  return made;
}

}  // namespace

void add_operating(draft& to) {
  const auto add = [&](const char* path, operation made) {
    made.tag = operating_tag;
    to.paths.add(path, "get", std::move(made));
  };
  add("/health/live", live(to));
  add("/health/ready", ready(to));
  add("/metrics", metrics(to));
  add("/me", me(to));
  add("/problems/{name}", problem(to));
  add("/", index(to));
  add("/openapi.json", contract(to));
  add("/docs", docs(to));
}

}  // namespace weir::openapi
