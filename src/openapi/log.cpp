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
       {"headPosition", integer_schema(0, exact_integer_max, "The last position of the event log.")}},
      json::array({"events", "lastPosition", "headPosition"}));
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
                               response_headers(to.parts, {"Weir-Position", "Link", "Preference-Applied"}));
  json& content = made.responses[200]["content"];
  add_thrift(content);
  content["application/cloudevents-batch+json"]["schema"] = cloud_events_schema(to);
  add_feeds(content);
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotAcceptable", "InvalidParameters", "ReadUnavailable"});
  return made;
}

}  // namespace

void add_log(draft& to) { to.paths.add("/events", "get", events(to)); }

}  // namespace weir::openapi
