#include "event_text/cloud_event.hpp"

#include "base/ids.hpp"
#include "base/url.hpp"
#include "codec/codec.hpp"
#include "codec/json_writer.hpp"

namespace weir::event_text {
namespace {

/// Appends a member with a text and a comma after it; an empty text is left out: no attribute of a CloudEvent is empty.
void append_attribute(std::string& json, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  codec::append_json_string(json, name);
  json += ':';
  codec::append_json_string(json, text);
  json += ',';
}

}  // namespace

result<> append_cloud_event(std::string& json, const recorded_event& event, const catalog& domains) {
  const catalog::event_place* place = domains.find_event(event.type);
  if (place == nullptr) return error{errc::newer_format, "no domain knows the event " + event.type};
  const auto recorded_at = to_rfc3339(event.recorded_at);
  if (!recorded_at) return error{errc::corrupt, "an event was recorded outside of the years 0 to 9999"};
  std::string source = "/streams/";
  append_path_segment(source, event.stream);

  json += '{';
  append_attribute(json, "specversion", "1.0");
  append_attribute(json, "id", uuid_text(event.event_id));
  append_attribute(json, "source", source);
  append_attribute(json, "type", event.type);
  append_attribute(json, "subject", event.stream);
  append_attribute(json, "time", *recorded_at);
  append_attribute(json, "traceparent", event.from.traceparent);
  append_attribute(json, "weirposition", std::to_string(event.position.value));
  append_attribute(json, "weirsequence", std::to_string(event.sequence.value));
  append_attribute(json, "weircommandid", uuid_text(event.command_id));
  append_attribute(json, "weircorrelationid", event.from.correlation_id);
  append_attribute(json, "weircausationid", event.from.causation_id);
  append_attribute(json, "weiractor", event.from.actor);
  std::string erased;
  for (const std::string& each : event.erased) {
    // In a CloudEvent `data` is the struct itself.
    erased.append(erased.empty() ? "" : " ").append(each.substr(1 + event.type.size()));
  }
  append_attribute(json, "weirerased", erased);
  append_attribute(json, "datacontenttype", "application/json");
  json += "\"data\":";
  if (auto written = codec::to_json(event.payload, *place->type().shape, json); written.has_error()) return written;
  json += '}';
  return {};
}

}  // namespace weir::event_text
