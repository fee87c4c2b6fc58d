#include "api/event_page.hpp"

#include "base/ids.hpp"
#include "event_text/cloud_event.hpp"
#include "event_text/recorded_event_json.hpp"
#include "weir/weir_types.h"

namespace weir::api {
namespace {

using append_event = result<> (*)(std::string&, const recorded_event&, const catalog&);

result<> append_list(std::string& json, const std::vector<recorded_event>& events, const catalog& domains,
                     append_event append) {
  json += '[';
  for (const recorded_event& event : events) {
    if (json.back() != '[') json += ',';
    if (auto written = append(json, event, domains); written.has_error()) return written;
  }
  json += ']';
  return {};
}

RecordedEvent as_struct(const recorded_event& event) {
  RecordedEvent out;
  out.position = static_cast<std::int64_t>(event.position.value);
  out.stream = event.stream;
  out.sequence = static_cast<std::int64_t>(event.sequence.value);
  out.eventId = event.event_id;
  out.recordedAt = event.recorded_at.time_since_epoch().count();
  out.type = event.type;
  out.payload = event.payload;
  EventMetadata known;
  known.__set_commandId(uuid_text(event.command_id));
  if (!event.from.correlation_id.empty()) known.__set_correlationId(event.from.correlation_id);
  if (!event.from.causation_id.empty()) known.__set_causationId(event.from.causation_id);
  if (!event.from.traceparent.empty()) known.__set_traceparent(event.from.traceparent);
  if (!event.from.actor.empty()) known.__set_actor(event.from.actor);
  out.__set_metadata(known);
  if (!event.erased.empty()) out.__set_erased(event.erased);
  return out;
}

result<std::string> write_json(const std::vector<recorded_event>& events, const page_end& end, const catalog& domains) {
  std::string json = "{\"events\":";
  if (auto written = append_list(json, events, domains, event_text::append_recorded_event); written.has_error()) {
    return written.error();
  }
  append_page_end(json, end);
  json += '}';
  return json;
}

result<std::string> write_thrift(const std::vector<recorded_event>& events, const page_end& end, representation as,
                                 const catalog& domains) {
  EventPage page;
  page.events.reserve(events.size());
  for (const recorded_event& event : events) page.events.push_back(as_struct(event));
  if (end.next) page.__set_nextSequence(static_cast<std::int64_t>(end.next->value));
  if (end.last) page.__set_lastPosition(static_cast<std::int64_t>(end.last->value));
  if (end.head) page.__set_headPosition(static_cast<std::int64_t>(end.head->value));
  const schema::structure* shape = domains.domains().front().idl->find("EventPage");
  if (!shape) return error{errc::invalid, "the first domain's IDL does not include idl/weir/weir.thrift"};
  std::string bytes;
  if (auto written = encode_body(codec::encode(page), *shape, as, bytes); written.has_error()) return written.error();
  return bytes;
}

void append_number(std::string& json, std::string_view name, std::uint64_t number) {
  json.append(",\"").append(name).append("\":").append(std::to_string(number));
}

}  // namespace

void append_page_end(std::string& json, const page_end& end) {
  if (end.next) append_number(json, "next", end.next->value);
  if (end.last) append_number(json, "lastPosition", end.last->value);
  if (end.head) append_number(json, "headPosition", end.head->value);
  if (!end.last_id.empty()) json.append(",\"lastId\":\"").append(end.last_id).append(1, '"');
}

result<std::string> write_page(const std::vector<recorded_event>& events, const page_end& end, representation as,
                               const catalog& domains) {
  if (as == representation::json) return write_json(events, end, domains);
  if (as != representation::cloudevents_batch) return write_thrift(events, end, as, domains);
  std::string json;
  if (auto written = append_list(json, events, domains, event_text::append_cloud_event); written.has_error())
    return written.error();
  return json;
}

}  // namespace weir::api
