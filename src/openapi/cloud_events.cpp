#include "openapi/cloud_events.hpp"

#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

json with(json schema, const char* word, const json& value) {
  schema[word] = value;
  return schema;
}

/// The struct of any event.
json data_schema(draft& of) {
  json choices = json::array();
  for (const auto& domain : of.domains) {
    if (!domain.declares->events()) continue;
    for (const auto& field : domain.declares->events()->fields) choices.push_back(of.types.of(field.type));
  }
  json made = {{"description", "The event's struct."}};
  if (choices.empty()) {
    made["type"] = "object";
  } else if (choices.size() == 1) {
    made.update(choices.front());
  } else {
    made["anyOf"] = choices;
  }
  return made;
}

json cloud_event_schema(draft& of) {
  constexpr const char* number = "^[1-9][0-9]*$";
  return object_schema(
      "A recorded event as a CloudEvent 1.0. Members without a CloudEvents attribute are in the extensions `weir...`; "
      "numbers are strings, since a CloudEvent's integers have 32 bits. Unknown members are left out.",
      {{"specversion", constant_schema("1.0")},
       {"id", with(text_schema("A UUID of version 7."), "format", "uuid")},
       {"source", with(text_schema("The stream, as a path of this server."), "format", "uri-reference")},
       {"type", text_schema("The event type, as in the union Event.")},
       {"subject", text_schema("The stream's name.")},
       {"time", moment_schema("When it was recorded.")},
       {"traceparent", text_schema("The request's trace (W3C Trace Context).")},
       {"weirposition", with(text_schema("Its place in the whole event log."), "pattern", number)},
       {"weirsequence", with(text_schema("Its place in the stream."), "pattern", number)},
       {"weircommandid", with(text_schema("The command that caused it."), "format", "uuid")},
       {"weircorrelationid", text_schema("The caller's correlation id.")},
       {"weircausationid", text_schema("The caller's causation id.")},
       {"weiractor", text_schema("The caller's name.")},
       {"weirerased",
        text_schema("The personal values that were erased: JSON pointers into `data`, with spaces between.")},
       {"datacontenttype", constant_schema("application/json")},
       {"data", data_schema(of)}},
      json::array({"specversion", "id", "source", "type", "subject", "time", "weirposition", "weirsequence",
                   "datacontenttype", "data"}));
}

}  // namespace

json cloud_events_schema(draft& of) {
  return {{"type", "array"},
          {"items", of.parts.refer("schemas", "CloudEvent", [&] { return cloud_event_schema(of); })}};
}

}  // namespace weir::openapi
