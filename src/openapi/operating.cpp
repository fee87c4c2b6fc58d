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
  return object_schema("What one check found.",
                       {{"status", status_schema()},
                        {"observedValue", {{"type", "number"}, {"description", "What was measured."}}},
                        {"observedUnit", text_schema("What it was measured in.")},
                        {"output", text_schema("What is wrong, if anything is.")}},
                       json::array({"status"}));
}

json health(draft& of) {
  return of.parts.refer("schemas", "Health", [&] {
    const json check = of.parts.refer("schemas", "HealthCheck", check_schema);
    const json checks = {{"type", "object"},
                         {"description", "What each check found."},
                         {"additionalProperties", {{"type", "array"}, {"items", check}}}};
    return object_schema("How the server is.", {{"status", status_schema()}, {"checks", checks}},
                         json::array({"status"}));
  });
}

operation live(draft& to) {
  operation made;
  made.id = "getLiveness";
  made.summary = "Whether the process is there";
  made.description = "If this does not answer, start the process anew.";
  made.responses[200] = answer("It is.", health_type, health(to));
  add_general_problems(made, to.parts);
  return made;
}

operation ready(draft& to) {
  operation made;
  made.id = "getReadiness";
  made.summary = "Whether commands are taken";
  made.description =
      "If this fails, send commands elsewhere. Queries may still be answered. A projection that is behind, is being "
      "built or "
      "cannot take an event is a warning, under `projection:` and its name.";
  made.responses[200] = answer("Commands are taken.", health_type, health(to));
  add_general_problems(made, to.parts);
  json unready =
      answer("Commands are not taken; `output` says why. Or too many connections are open, which is a problem.",
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
  made.responses[200] = answer("One line a sample.", "text/plain", {{"type", "string"}});
  add_general_problems(made, to.parts);
  return made;
}

operation problem(draft& to) {
  operation made;
  made.id = "getProblemType";
  made.summary = "What a type of problem means";
  made.description = "Every problem's `type` is such a path.";
  json name = {{"type", "string"}, {"minLength", 1}, {"examples", {"validation"}}};
  made.parameters = {path_parameter("name", "The last segment of a problem's `type`.", name)};
  made.responses[200] = answer("What it means.", "application/json", to.parts.refer("schemas", "ProblemType", [] {
    json status = {{"type", "integer"}, {"format", "int32"}, {"minimum", 400}, {"maximum", 599}};
    status["description"] = "The HTTP status that it comes with.";
    return object_schema("A type of problem.",
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
  json made =
      object_schema("The paths, by what they are for.", {{"name", text_schema("`weir`.")}}, json::array({"name"}));
  made["additionalProperties"] = true;
  return made;
}

operation index(draft& to) {
  operation made;
  made.id = "getIndex";
  made.summary = "What there is";
  made.description = "The paths of this server, for a person with a terminal.";
  made.responses[200] =
      answer("The paths, by what they are for.", "application/json", to.parts.refer("schemas", "Index", index_schema));
  add_general_problems(made, to.parts);
  return made;
}

operation contract(draft& to) {
  operation made;
  made.id = "getOpenApi";
  made.summary = "This document";
  made.responses[200] = answer("The HTTP contract, as OpenAPI 3.1.", "application/json", {{"type", "object"}});
  add_general_problems(made, to.parts);
  return made;
}

operation docs(draft& to) {
  operation made;
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
  add("/problems/{name}", problem(to));
  add("/", index(to));
  add("/openapi.json", contract(to));
  add("/docs", docs(to));
}

}  // namespace weir::openapi
