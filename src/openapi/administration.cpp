#include "base/limits.hpp"
#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

json building_schema() {
  json rate = {{"type", "number"}, {"minimum", 0}, {"description", "Events applied per second."}};
  json left = {{"type", "number"}, {"minimum", 0}, {"description", "Estimated time left, in seconds."}};
  return object_schema(
      "Rows that are being built to replace the rows that serve.",
      {{"position", integer_schema(0, exact_integer_max, "The position that these rows have reached.")},
       {"eventsPerSecond", rate},
       {"secondsLeft", left}},
      json::array({"position", "eventsPerSecond"}));
}

json failure_schema() {
  return object_schema("Why the projection is stopped. It skips no event: it tries again with growing pauses.",
                       {{"position", integer_schema(0, exact_integer_max, "The event that it cannot apply.")},
                        {"cause", text_schema("What happened.")},
                        {"attempts", integer_schema(1, exact_integer_max, "Number of attempts.")},
                        {"retryAt", moment_schema("Time of the next attempt.")}},
                       json::array({"position", "cause", "attempts", "retryAt"}));
}

json projection(draft& of) {
  return of.parts.refer("schemas", "Projection", [] {
    json mode = {{"type", "string"}, {"enum", {"inline", "async"}}};
    mode["description"] = "`inline`: its rows are written with each commit. `async`: it follows the log.";
    json state = {{"type", "string"}, {"enum", {"live", "following", "building", "failing"}}};
    state["description"] =
        "`live`: every commit keeps it up to date. `following`: it is async. `building`: rows are being built. "
        "`failing`: it is stopped at an event.";
    return object_schema(
        "The status of a projection.",
        {{"name", text_schema("Its name.")},
         {"domain", text_schema("The domain it belongs to.")},
         {"version", integer_schema(1, exact_integer_max, "The version of the projection in this program.")},
         {"mode", mode},
         {"state", state},
         {"headPosition", integer_schema(0, exact_integer_max, "The last position of the event log.")},
         {"position", integer_schema(0, exact_integer_max,
                                     "The position that queries reflect; absent if there are no rows to answer from.")},
         {"lag", integer_schema(0, exact_integer_max, "How many events `position` is behind `headPosition`.")},
         {"building", building_schema()},
         {"failure", failure_schema()}},
        json::array({"name", "domain", "version", "mode", "state", "headPosition"}));
  });
}

operation list(draft& to) {
  operation made;
  made.id = "getProjections";
  made.summary = "Status of the projections";
  made.description = "How far each projection is behind the event log, and the progress of rebuilds.";
  made.responses[200] =
      answer("One entry per projection.", "application/json",
             object_schema("The projections.", {{"projections", {{"type", "array"}, {"items", projection(to)}}}},
                           json::array({"projections"})),
             response_headers(to.parts, {"Weir-Position"}));
  made.parameters = {header_parameter(to.parts, "MinPosition"), header_parameter(to.parts, "PreferWait")};
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"PositionOfAnotherLog", "ReadUnavailable"});
  return made;
}

operation rebuild(draft& to) {
  operation made;
  made.id = "rebuildProjection";
  made.summary = "Rebuilds a projection's rows";
  made.description =
      "Builds new rows from the whole event log. The old rows answer queries until the new ones replace them. Commands "
      "and queries are not interrupted. If a rebuild is in progress already, the answer is the same.";
  made.parameters = {path_parameter("name", "The projection's name.",
                                    {{"type", "string"}, {"minLength", 1}, {"examples", {"users"}}})};
  made.responses[202] = answer("The rebuild is in progress: `GET /admin/projections` shows how far it is.",
                               "application/json", projection(to), response_headers(to.parts, {"Location"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "NotFound", "NotNow"});
  return made;
}

operation erase(draft& to) {
  operation made;
  made.id = "erasePerson";
  made.summary = "Erases a person's data";
  made.description =
      "Destroys the key that the personal data of this subject is encrypted with. From then on it is shown as erased "
      "everywhere, for ever. Events, positions and hashes stay as they are. A subject that was erased before gets the "
      "same answer.";
  json subject = text_schema("The name of the subject, which is mostly the name of a stream.");
  subject["minLength"] = 1;
  subject["maxLength"] = limits::stream_name_bytes_max;
  subject["examples"] = json::array({"user-u1"});
  const json erasure = to.parts.refer("schemas", "Erasure", [&] {
    json schema = object_schema("Whose personal data is erased.", {{"subject", subject}}, json::array({"subject"}));
    schema["additionalProperties"] = false;
    return schema;
  });
  made.request_body = {{"required", true}, {"content", {{"application/json", {{"schema", erasure}}}}}};
  made.responses[200] = answer("The key is destroyed, on disk too.", "application/json", erasure,
                               response_headers(to.parts, {"Weir-Position"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts,
               {"MalformedBody", "Forbidden", "NotFound", "ContentTooLarge", "UnsupportedMediaType",
                "InvalidParameters", "CommandsUnavailable"});
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
  add("/admin/erasures", "post", erase(to));
}

}  // namespace weir::openapi
