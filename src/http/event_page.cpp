#include "http/event_page.hpp"

#include "base/ids.hpp"
#include "http/cloud_event.hpp"
#include "http/recorded_event_json.hpp"
#include "weir/weir_types.h"

namespace weir::http {
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

rpc::RecordedEvent as_struct(const recorded_event& event) {
  rpc::RecordedEvent out;
  out.position = static_cast<std::int64_t>(event.position.value);
  out.stream = event.stream;
  out.sequence = static_cast<std::int64_t>(event.sequence.value);
  out.eventId = event.event_id;
  out.recordedAt = event.recorded_at.time_since_epoch().count();
  out.type = event.type;
  out.payload = event.payload;
  rpc::EventMetadata known;
  known.__set_commandId(uuid_text(event.command_id));
  if (!event.from.correlation_id.empty()) known.__set_correlationId(event.from.correlation_id);
  if (!event.from.causation_id.empty()) known.__set_causationId(event.from.causation_id);
  if (!event.from.traceparent.empty()) known.__set_traceparent(event.from.traceparent);
  if (!event.from.actor.empty()) known.__set_actor(event.from.actor);
  out.__set_metadata(known);
  return out;
}

result<std::string> write_json(const std::vector<recorded_event>& events, std::optional<sequence> next,
                               const catalog& domains) {
  std::string json = "{\"events\":";
  if (auto written = append_list(json, events, domains, append_recorded_event); written.has_error()) {
    return written.error();
  }
  if (next) json.append(",\"next\":").append(std::to_string(next->value));
  json += '}';
  return json;
}

result<std::string> write_thrift(const std::vector<recorded_event>& events, std::optional<sequence> next,
                                 representation as, const catalog& domains) {
  rpc::EventPage page;
  page.events.reserve(events.size());
  for (const recorded_event& event : events) page.events.push_back(as_struct(event));
  if (next) page.__set_nextSequence(static_cast<std::int64_t>(next->value));
  const schema::structure* shape = domains.domains().front().idl->find("EventPage");
  if (!shape) return error{errc::invalid, "the first domain's IDL does not include idl/weir/weir.thrift"};
  std::string bytes;
  if (auto written = encode_body(codec::encode(page), *shape, as, bytes); written.has_error()) return written.error();
  return bytes;
}

}  // namespace

result<std::string> write_page(const std::vector<recorded_event>& events, std::optional<sequence> next,
                               representation as, const catalog& domains) {
  if (as == representation::json) return write_json(events, next, domains);
  if (as != representation::cloudevents_batch) return write_thrift(events, next, as, domains);
  std::string json;
  if (auto written = append_list(json, events, domains, append_cloud_event); written.has_error())
    return written.error();
  return json;
}

}  // namespace weir::http
