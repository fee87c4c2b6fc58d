#include "event_text/recorded_event_json.hpp"

#include "base/ids.hpp"
#include "codec/codec.hpp"
#include "codec/json_writer.hpp"

namespace weir::event_text {
namespace {

/// Appends a member with a text, and a comma before it if it is not the first; an empty text is left out.
void append_known(std::string& json, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  if (json.back() != '{') json += ',';
  codec::append_json_string(json, name);
  json += ':';
  codec::append_json_string(json, text);
}

}  // namespace

result<> append_recorded_event(std::string& json, const recorded_event& event, const catalog& domains) {
  const catalog::event_place* place = domains.find_event(event.type);
  if (place == nullptr) return error{errc::newer_format, "no domain knows the event " + event.type};
  const auto recorded_at = to_rfc3339(event.recorded_at);
  if (!recorded_at) return error{errc::corrupt, "an event was recorded outside of the years 0 to 9999"};

  json.append("{\"position\":").append(std::to_string(event.position.value)).append(",\"stream\":");
  codec::append_json_string(json, event.stream);
  json.append(",\"sequence\":").append(std::to_string(event.sequence.value));
  json.append(",\"eventId\":\"").append(uuid_text(event.event_id));
  json.append("\",\"recordedAt\":\"").append(*recorded_at).append("\",\"event\":{");
  codec::append_json_string(json, event.type);
  json += ':';
  if (auto written = codec::to_json(event.payload, *place->type().shape, json); written.has_error()) return written;
  json.append("},\"metadata\":{");
  append_known(json, "commandId", event.command_id.size() == 16 ? uuid_text(event.command_id) : "");
  append_known(json, "correlationId", event.from.correlation_id);
  append_known(json, "causationId", event.from.causation_id);
  append_known(json, "traceparent", event.from.traceparent);
  append_known(json, "actor", event.from.actor);
  json += '}';
  if (!event.erased.empty()) {
    json += ",\"erased\":[";
    for (const std::string& each : event.erased) {
      if (json.back() != '[') json += ',';
      codec::append_json_string(json, each);
    }
    json += ']';
  }
  json += '}';
  return {};
}

}  // namespace weir::event_text
