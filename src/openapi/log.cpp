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
      "A page of the log.",
      {{"events", {{"type", "array"}, {"items", recorded_event_schema(of)}, {"maxItems", limits::page_events_max}}},
       {"lastPosition", integer_schema(0, exact_integer_max,
                                       "How far was read, also past what a filter left out: whoever goes on with it as "
                                       "`after` misses nothing.")},
       {"headPosition", integer_schema(0, exact_integer_max, "Where the log ends.")}},
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
  made.summary = "The events of the whole log, in order";
  made.description =
      "As pages, go on with `after` = the page's `lastPosition`, or by its `Link`. A page may hold fewer events than "
      "`limit`, and none, although there are more: what counts is `lastPosition`. As server-sent events the log is "
      "followed without an end.";
  json limit = integer_schema(1, limits::page_events_max, "");
  limit["default"] = limits::page_events_default;
  json types = query_parameter("types", false, "Events of these types only.", types_schema(to));
  types["style"] = "form";
  types["explode"] = false;
  made.parameters = {
      query_parameter("after", false,
                      "The position after which to begin; without it, the beginning. `head` for what is "
                      "still to come.",
                      position_or_head_schema()),
      query_parameter("limit", false, "The most events to answer with. Lines go to the head without it.", limit),
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
