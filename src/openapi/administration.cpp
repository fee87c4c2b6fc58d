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
  const json shown = {{"someone", {{"value", {{"subject", "user-u1"}}}}}};
  made.request_body = {{"required", true},
                       {"content", {{"application/json", {{"schema", erasure}, {"examples", shown}}}}}};
  made.responses[200] = answer("The key is destroyed, on disk too.", "application/json", erasure,
                               response_headers(to.parts, {"Weir-Position"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts,
               {"MalformedBody", "Forbidden", "NotFound", "ContentTooLarge", "UnsupportedMediaType",
                "InvalidParameters", "CommandsUnavailable"});
  return made;
}

json fault_schema() {
  return object_schema("What is not as it was written, or does not follow from the event log.",
                       {{"file", text_schema("The file in the data directory, if it is known.")},
                        {"family", text_schema("The column family, if it is about one.")},
                        {"key", text_schema("The key in the family, with bytes that cannot be printed as \\xHH.")},
                        {"what", text_schema("What is wrong.")}},
                       json::array({"what"}));
}

json counts_schema() {
  json counts = json::object();
  for (const char* name : {"files", "bytes", "commits", "events", "streams", "views", "rows", "answers", "snapshots"}) {
    counts[name] = integer_schema(0, exact_integer_max, "");
    counts[name].erase("description");
  }
  return object_schema("How much was read.", counts, json::array({"files", "bytes", "events"}));
}

json verification_report(draft& of) {
  return of.parts.refer("schemas", "VerificationReport", [] {
    json result = {{"type", "string"}, {"enum", {"sound", "faults", "stopped"}}};
    result["description"] = "`sound`: everything was read and no fault was found.";
    return object_schema(
        "What a verification has found.",
        {{"result", result},
         {"began", moment_schema("When it began.")},
         {"ended", moment_schema("When it ended.")},
         {"log", text_schema("Which event log it is: a UUID.")},
         {"position", integer_schema(0, exact_integer_max, "The last position that was read.")},
         {"commit", integer_schema(0, exact_integer_max, "The number of the last commit that was read.")},
         {"hash", text_schema("SHA-256 of that commit.")},
         {"read", counts_schema()},
         {"faultsFound", integer_schema(0, exact_integer_max, "The number of all faults.")},
         {"faults", {{"type", "array"}, {"items", fault_schema()}, {"description", "The first of them."}}},
         {"notes",
          {{"type", "array"},
           {"items", {{"type", "string"}}},
           {"description", "What is no fault, but worth knowing."}}}},
        json::array({"result", "began", "ended", "read", "faultsFound", "faults", "notes"}));
  });
}

json verification(draft& of) {
  const json report = verification_report(of);
  return of.parts.refer("schemas", "Verification", [&report] {
    json state = {{"type", "string"}, {"enum", {"idle", "running"}}, {"description", "Whether one is running."}};
    return object_schema(
        "The verification of the data.",
        {{"state", state},
         {"runningSince", moment_schema("When the running one began.")},
         {"percent", integer_schema(0, 100, "How far the running one is.")},
         {"events", integer_schema(0, exact_integer_max, "The number of events that the running one has read.")},
         {"nextAt", moment_schema("When the next one begins by itself; absent with `--verify-every 0`.")},
         {"failure", text_schema("Why the last attempt came to no result; absent if it did.")},
         {"last", report}},
        json::array({"state"}));
  });
}

operation verification_state(draft& to) {
  operation made;
  made.id = "getVerification";
  made.summary = "The verification of the data";
  made.description = "Whether a verification is running, how far it is, and what the last one has found.";
  made.responses[200] = answer("The state.", "application/json", verification(to), json::object());
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"InvalidParameters"});
  return made;
}

operation verify(draft& to) {
  operation made;
  made.id = "verifyData";
  made.summary = "Verifies all data";
  made.description =
      "Reads everything in a snapshot of the data at low priority and checks it: files, event log, stream heads, "
      "views, "
      "answers, snapshots. Commands and queries are not interrupted. If a verification is running already, the answer "
      "is "
      "the same.";
  made.responses[202] = answer("The verification is running: `GET /admin/verify` shows how far it is.",
                               "application/json", verification(to), response_headers(to.parts, {"Location"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "InvalidParameters", "NotNow"});
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
  add("/admin/verify", "get", verification_state(to));
  add("/admin/verify", "post", verify(to));
}

}  // namespace weir::openapi
