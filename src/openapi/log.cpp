#include <algorithm>

#include "base/limits.hpp"
#include "openapi/cloud_events.hpp"
#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/representations.hpp"
#include "openapi/value_schemas.hpp"
#include "schema/name_template.hpp"

namespace weir::openapi {
namespace {

json page_schema(draft& of) {
  return object_schema(
      "A page of the event log.",
      {{"events", {{"type", "array"}, {"items", recorded_event_schema(of)}, {"maxItems", limits::page_events_max}}},
       {"lastPosition", integer_schema(0, exact_integer_max,
                                       "The last position that was read, including events that the filter left out. "
                                       "Use it as `after` of the next request to miss nothing.")},
       {"headPosition", integer_schema(0, exact_integer_max, "The last position of the event log.")},
       {"lastId",
        text_schema("`lastPosition` with its mark. As `after` of the next request it is safer: if the event log was "
                    "restored to an earlier moment meanwhile, the answer is 410.")}},
      json::array({"events", "lastPosition", "headPosition", "lastId"}));
}

/// The categories of the streams that commands write to.
json category_schema(const draft& of) {
  json names = json::array();
  for (const auto& domain : of.domains) {
    if (!domain.declares->commands()) continue;
    for (const auto& command : domain.declares->commands()->fields) {
      const std::string name(schema::category_of(*command.type.shape->stream));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  json made = {{"type", "string"}};
  if (!names.empty()) made["enum"] = names;
  return made;
}

json types_schema(const draft& of) {
  json names = json::array();
  for (const auto& domain : of.domains) {
    if (!domain.declares->events()) continue;
    for (const auto& event : domain.declares->events()->fields) names.push_back(event.name);
  }
  json item = {{"type", "string"}};
  if (!names.empty()) item["enum"] = names;
  return {{"type", "array"}, {"items", item}, {"minItems", 1}};
}

operation events(draft& to) {
  operation made;
  made.id = "listEvents";
  made.tag = streams_tag;
  made.summary = "The events of the whole event log, in order";
  made.description =
      "For the next page, use the page's `lastPosition` as `after`, or its `Link`. A page may hold fewer events than "
      "`limit`, or none, although there are more: only `lastPosition` counts. Server-sent events follow the event log "
      "without an end.";
  json limit = integer_schema(1, limits::page_events_max, "");
  limit["default"] = limits::page_events_default;
  json types = query_parameter("types", false, "Events of these types only.", types_schema(to));
  types["style"] = "form";
  types["explode"] = false;
  made.parameters = {
      query_parameter("after", false,
                      "The position to begin after; default: the beginning. `head`: future events only.",
                      position_or_head_schema()),
      query_parameter("limit", false, "Maximum number of events. Without it, lines go on to the head.", limit),
      query_parameter("category", false, "Events of streams of this category only.", category_schema(to)),
      types,
      last_event_id_parameter(),
      header_parameter(to.parts, "LastEventId"),
      header_parameter(to.parts, "MinPosition"),
      header_parameter(to.parts, "PreferWait"),
      header_parameter(to.parts, "Traceparent")};
  made.responses[200] = answer("Events, as of `Weir-Position`.", "application/json",
                               to.parts.refer("schemas", "LogPage", [&] { return page_schema(to); }),
                               response_headers(to.parts, {"Weir-Position", "Weir-Log", "Link", "Preference-Applied"}));
  json& content = made.responses[200]["content"];
  add_thrift(content);
  content["application/cloudevents-batch+json"]["schema"] = cloud_events_schema(to);
  add_feeds(content);
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotAcceptable", "InvalidParameters", "PositionOfAnotherLog", "ReadUnavailable"});
  return made;
}

json log_schema() {
  const auto branch =
      object_schema("Where the event log goes on from another one.",
                    {{"of", text_schema("What the log was called before.")},
                     {"position", integer_schema(0, exact_integer_max, "The last position that both have.")},
                     {"hash", hash_schema("SHA-256 of the last commit that both have.")},
                     {"madeAt", moment_schema("When it was restored.")}},
                    json::array({"of", "position", "hash", "madeAt"}));
  return object_schema(
      "The event log, and where it ends.",
      {{"log", text_schema("Which log it is: a UUID.")},
       {"madeAt", moment_schema("When the log was begun.")},
       {"position", integer_schema(0, exact_integer_max, "Its last position.")},
       {"id", text_schema("Its last position with its mark.")},
       {"commit", integer_schema(0, exact_integer_max, "The number of its last commit.")},
       {"hash", hash_schema("SHA-256 of its last commit, which holds the hash of the one before, and so on.")},
       {"committedAt", moment_schema("The time of its last commit; absent in an empty log.")},
       {"branches", {{"type", "array"}, {"items", branch}}}},
      json::array({"log", "madeAt", "position", "id", "commit", "hash", "branches"}));
}

operation log_end(draft& to) {
  operation made;
  made.id = "getLog";
  made.tag = streams_tag;
  made.summary = "Which event log this is, and where it ends";
  made.description =
      "Each commit holds the hash of the one before it. So the hash of the last one stands for the whole history: keep "
      "it, "
      "and a later copy of the log shows whether that history is still the same.";
  made.parameters = {header_parameter(to.parts, "MinPosition"), header_parameter(to.parts, "PreferWait"),
                     header_parameter(to.parts, "Traceparent")};
  made.responses[200] = answer("The end of the log, as of `Weir-Position`.", "application/json",
                               to.parts.refer("schemas", "Log", [] { return log_schema(); }),
                               response_headers(to.parts, {"Weir-Position", "Weir-Log"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotAcceptable", "PositionOfAnotherLog", "InvalidParameters", "ReadUnavailable"});
  return made;
}

operation commits(draft& to) {
  operation made;
  made.id = "followCommits";
  made.tag = streams_tag;
  made.summary = "The commits of the event log, without an end";
  made.description =
      "For `weir archive`: the stored bytes of each commit, in frames that src/backup/commit_stream.hpp draws, and "
      "where "
      "the log ends as a heartbeat. It holds all data. The administrative action `archive` allows it.";
  made.parameters = {
      query_parameter("after", false, "The number of the commit to begin after; default: 0, the beginning.",
                      integer_schema(0, exact_integer_max, "")),
      query_parameter("hash", false,
                      "The hash of that commit, which must be given with it: 410 if this log has another one.",
                      hash_schema("")),
      header_parameter(to.parts, "Traceparent")};
  made.responses[200] = answer("Commits.", "application/vnd.weir.commits", {{"type", "string"}, {"format", "binary"}},
                               response_headers(to.parts, {"Weir-Log"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"Forbidden", "PositionOfAnotherLog", "InvalidParameters"});
  return made;
}

operation checkpoint(draft& to) {
  operation made;
  made.id = "getCheckpoint";
  made.tag = streams_tag;
  made.summary = "A signed checkpoint of the event log";
  made.description =
      "Says which log it is, where it ends, and the hash of its last commit, signed by the server's key (Ed25519): a "
      "signed note, as transparency logs use it. Whoever keeps it can prove later that the history up to there was not "
      "rewritten: `weir verify --checkpoint FILE --public-key FILE`.";
  made.responses[200] = answer("The checkpoint.", "text/plain", {{"type", "string"}},
                               response_headers(to.parts, {"Weir-Position", "Weir-Log"}));
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotFound", "InvalidParameters"});
  return made;
}

}  // namespace

json hash_schema(std::string description) {
  json made = text_schema(std::move(description));
  made["pattern"] = "^[0-9a-f]{64}$";
  return made;
}

void add_log(draft& to) {
  to.paths.add("/log", "get", log_end(to));
  to.paths.add("/log/commits", "get", commits(to));
  to.paths.add("/log/checkpoint", "get", checkpoint(to));
  to.paths.add("/events", "get", events(to));
}

}  // namespace weir::openapi
