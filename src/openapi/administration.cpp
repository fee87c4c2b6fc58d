#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

json building_schema() {
  json rate = {{"type", "number"}, {"minimum", 0}, {"description", "How fast it goes."}};
  json left = {{"type", "number"}, {"minimum", 0}, {"description", "How long it will take, at this pace."}};
  return object_schema("Rows that are being built, to take the place of those that answer.",
                       {{"position", integer_schema(0, exact_integer_max, "How far the log is in them.")},
                        {"eventsPerSecond", rate},
                        {"secondsLeft", left}},
                       json::array({"position", "eventsPerSecond"}));
}

json failure_schema() {
  return object_schema("Why the projection does not go on. Nothing is passed over: it tries again with growing pauses.",
                       {{"position", integer_schema(0, exact_integer_max, "The event that it cannot take.")},
                        {"cause", text_schema("What happened.")},
                        {"attempts", integer_schema(1, exact_integer_max, "How often it has tried.")},
                        {"retryAt", moment_schema("When it tries again.")}},
                       json::array({"position", "cause", "attempts", "retryAt"}));
}

json projection(draft& of) {
  return of.parts.refer("schemas", "Projection", [] {
    json mode = {{"type", "string"}, {"enum", {"inline", "async"}}};
    mode["description"] = "`inline`: its rows are written with each commit. `async`: it follows the log.";
    json state = {{"type", "string"}, {"enum", {"live", "following", "building", "failing"}}};
    state["description"] = "How it is.";
    return object_schema(
        "How a projection stands.",
        {{"name", text_schema("Its name.")},
         {"domain", text_schema("The domain it belongs to.")},
         {"version", integer_schema(1, exact_integer_max, "Of the program's projection.")},
         {"mode", mode},
         {"state", state},
         {"headPosition", integer_schema(0, exact_integer_max, "The log's last position.")},
         {"position", integer_schema(0, exact_integer_max,
                                     "Up to where queries see the log; absent while there is nothing to answer from.")},
         {"lag", integer_schema(0, exact_integer_max, "How many events that is behind.")},
         {"building", building_schema()},
         {"failure", failure_schema()}},
        json::array({"name", "domain", "version", "mode", "state", "headPosition"}));
  });
}

operation list(draft& to) {
  operation made;
  made.id = "getProjections";
  made.summary = "How the projections stand";
  made.description = "How far each is behind the log, and how far a rebuild has come.";
  made.responses[200] =
      answer("One entry a projection.", "application/json",
             object_schema("The projections.", {{"projections", {{"type", "array"}, {"items", projection(to)}}}},
                           json::array({"projections"})),
             response_headers(to.parts, {"Weir-Position"}));
  made.parameters = {header_parameter(to.parts, "MinPosition"), header_parameter(to.parts, "PreferWait")};
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"ReadUnavailable"});
  return made;
}

operation rebuild(draft& to) {
  operation made;
  made.id = "rebuildProjection";
  made.summary = "Build a projection's rows anew";
  made.description =
      "From the whole log, beside the rows that answer, which they replace at once when they are as far. Commands and "
      "queries go on meanwhile. If it is being done already, that is as good.";
  made.parameters = {path_parameter("name", "The projection's name.",
                                    {{"type", "string"}, {"minLength", 1}, {"examples", {"users"}}})};
  made.responses[202] = answer("It is under way: `GET /admin/projections` tells how far.", "application/json",
                               projection(to), response_headers(to.parts, {"Location"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "NotFound", "NotNow"});
  return made;
}

}  // namespace

void add_administration(draft& to) {
  const auto add = [&](const char* path, const char* method, operation made) {
    made.tag = operating_tag;
    to.paths.add(path, method, std::move(made));
  };
  add("/admin/projections", "get", list(to));
  add("/admin/projections/{name}/rebuild", "post", rebuild(to));
}

}  // namespace weir::openapi
