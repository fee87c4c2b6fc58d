#include "base/limits.hpp"
#include "openapi/cloud_events.hpp"
#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/representations.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

json known_text(const char* description, const char* format = nullptr) {
  json made = text_schema(description);
  if (format) made["format"] = format;
  return made;
}

json metadata_schema() {
  return object_schema("Where an event comes from. Unknown members are left out.",
                       {{"commandId", known_text("The command that caused it.", "uuid")},
                        {"correlationId", known_text("The caller's correlation id.")},
                        {"causationId", known_text("The caller's causation id.")},
                        {"traceparent", known_text("The request's trace (W3C Trace Context).")},
                        {"actor", known_text("The caller's name.")}},
                       json::array());
}

json event_schema(draft& of) {
  std::vector<const schema::field*> members;
  for (const auto& domain : of.domains) {
    if (!domain.declares->events()) continue;
    for (const auto& field : domain.declares->events()->fields) members.push_back(&field);
  }
  json schema = {{"description", "What happened: exactly one member, named by the event type."}};
  if (members.empty()) {
    schema["type"] = "object";
  } else {
    schema.update(of.types.one_of(members));
  }
  return schema;
}

json head_schema() {
  return object_schema("The head of a stream.",
                       {{"stream", text_schema("The stream's name.")},
                        {"sequence", integer_schema(1, exact_integer_max, "The sequence of its last event.")},
                        {"createdAt", moment_schema("When its first event was recorded.")},
                        {"updatedAt", moment_schema("When its last event was recorded.")}},
                       json::array({"stream", "sequence", "createdAt", "updatedAt"}));
}

json page_schema(draft& of) {
  return object_schema(
      "A page of events, in the requested direction.",
      {{"events", {{"type", "array"}, {"items", recorded_event_schema(of)}, {"maxItems", limits::page_events_max}}},
       {"next", integer_schema(1, exact_integer_max, "`from` of the next page; absent after the last.")}},
      json::array({"events"}));
}

json stream_parameter() {
  json schema = {{"type", "string"}, {"minLength", 1}, {"maxLength", limits::stream_name_bytes_max}};
  schema["examples"] = json::array({"user-u1"});
  return path_parameter("stream", "The stream's name: its category, a hyphen, and its id.", schema);
}

void add_read_problems(draft& to, operation& made) {
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotFound", "NotAcceptable", "PositionOfAnotherLog", "ReadUnavailable"});
}

operation head(draft& to) {
  operation made;
  made.id = "getStream";
  made.tag = streams_tag;
  made.summary = "The head of a stream";
  made.description = "A stream is the ordered events of one thing, as of the user `u1`.";
  made.parameters = {stream_parameter(), header_parameter(to.parts, "IfNoneMatch"),
                     header_parameter(to.parts, "MinPosition"), header_parameter(to.parts, "PreferWait"),
                     header_parameter(to.parts, "Traceparent")};
  const json headers = response_headers(to.parts, {"ETag", "Weir-Position"});
  made.responses[200] = answer("The stream's last event and times.", "application/json",
                               to.parts.refer("schemas", "StreamHead", head_schema), headers);
  made.responses[304] = {{"description", "You have the answer already."}, {"headers", headers}};
  add_read_problems(to, made);
  add_problems(made, to.parts, {"InvalidParameters"});
  return made;
}

operation events(draft& to) {
  operation made;
  made.id = "listStreamEvents";
  made.tag = streams_tag;
  made.summary = "The events of a stream, in pages";
  made.description =
      "The answer's `next` or `Link` leads to the next page. Lines and server-sent events have no pages and go forward "
      "only.";
  const json direction = {{"type", "string"}, {"enum", {"forward", "backward"}}, {"default", "forward"}};
  json limit = integer_schema(1, limits::page_events_max, "");
  limit["default"] = limits::page_events_default;
  json from = integer_schema(1, exact_integer_max, "");
  made.parameters = {stream_parameter(),
                     query_parameter("from", false,
                                     "The sequence of the page's first event; without it, the stream's first "
                                     "or, backward, its last.",
                                     from),
                     query_parameter("limit", false, "Maximum number of events.", limit),
                     query_parameter("direction", false, "The direction to read in.", direction),
                     query_parameter("after", false,
                                     "The position in the event log to begin after, or `head` for future events only. "
                                     "It cannot be combined with `from` or with backward.",
                                     position_or_head_schema()),
                     last_event_id_parameter(),
                     header_parameter(to.parts, "LastEventId"),
                     header_parameter(to.parts, "MinPosition"),
                     header_parameter(to.parts, "PreferWait"),
                     header_parameter(to.parts, "Traceparent")};
  made.responses[200] = answer("Events, as of `Weir-Position`.", "application/json",
                               to.parts.refer("schemas", "EventPage", [&] { return page_schema(to); }),
                               response_headers(to.parts, {"Weir-Position", "Weir-Log", "Link"}));
  json& content = made.responses[200]["content"];
  add_thrift(content);
  content["application/cloudevents-batch+json"]["schema"] = cloud_events_schema(to);
  add_feeds(content);
  add_read_problems(to, made);
  add_problems(made, to.parts, {"InvalidParameters"});
  return made;
}

}  // namespace

json last_event_id_parameter() {
  return query_parameter(
      "lastEventId", false,
      "As `Last-Event-ID`, which takes precedence: for polyfills of `EventSource` that cannot send header fields.",
      position_schema(true));
}

json position_or_head_schema() {
  json made = position_schema();
  made["oneOf"].push_back(
      {{"type", "string"}, {"enum", {"head"}}, {"description", "The current end of the event log."}});
  return made;
}

namespace {

json erased_schema() {
  json made = {{"type", "array"}, {"items", text_schema("A JSON pointer into `event`: `/userCreated/name`.")}};
  made["description"] = "The personal values in `event` that were erased. Absent if there are none.";
  return made;
}

}  // namespace

json recorded_event_schema(draft& of) {
  return of.parts.refer("schemas", "RecordedEvent", [&] {
    return object_schema(
        "An event as stored in the event log. It never changes.",
        {{"position", integer_schema(1, exact_integer_max, "Its place in the whole event log: 1, 2, 3, ...")},
         {"stream", text_schema("The stream it belongs to.")},
         {"sequence", integer_schema(1, exact_integer_max, "Its place in the stream: 1, 2, 3, ...")},
         {"eventId", known_text("A UUID of version 7.", "uuid")},
         {"recordedAt", moment_schema("When it was recorded. Never earlier than the event at the previous position.")},
         {"event", of.parts.refer("schemas", "Event", [&] { return event_schema(of); })},
         {"metadata", of.parts.refer("schemas", "EventMetadata", metadata_schema)},
         {"erased", erased_schema()}},
        json::array({"position", "stream", "sequence", "eventId", "recordedAt", "event", "metadata"}));
  });
}

void add_streams(draft& to) {
  to.paths.add("/streams/{stream}", "get", head(to));
  to.paths.add("/streams/{stream}/events", "get", events(to));
}

}  // namespace weir::openapi
