#include "event_text/recorded_event_reader.hpp"

#include "event_text/line_fields.hpp"

namespace weir::event_text {
namespace {

using schema::kind;
using schema::requiredness;

/// The unions Event of all domains as one. Its members are numbered anew, which JSON does not show.
schema::structure union_of_all(const catalog& domains) {
  schema::structure all;
  all.name = "Event";
  all.category = schema::category::union_;
  for (const domain& each : domains.domains()) {
    for (const schema::field& member : each.idl->events()->fields) add_field(all, member);
  }
  return all;
}

schema::structure metadata_shape() {
  schema::structure shape;
  shape.name = "EventMetadata";
  for (const char* name : {"commandId", "correlationId", "causationId", "traceparent", "actor"}) {
    add_field(shape, field_of(name, kind::string, requiredness::optional));
  }
  return shape;
}

schema::structure line_shape(const schema::structure& events, const schema::structure& metadata) {
  schema::structure shape;
  shape.name = "RecordedEvent";
  const auto add = [&](const char* name, kind is, requiredness presence, const schema::structure* of) {
    schema::field one = field_of(name, is, presence);
    one.type.shape = of;
    one.type.demands.date_time = one.name == "recordedAt";
    add_field(shape, std::move(one));
  };
  add("position", kind::i64, requiredness::required, nullptr);
  add("stream", kind::string, requiredness::required, nullptr);
  add("sequence", kind::i64, requiredness::required, nullptr);
  add("eventId", kind::string, requiredness::required, nullptr);
  add("recordedAt", kind::i64, requiredness::required, nullptr);
  add("event", kind::structure, requiredness::required, &events);
  add("metadata", kind::structure, requiredness::optional, &metadata);
  schema::field erased = field_of("erased", kind::list, requiredness::optional);
  schema::type text;
  text.is = kind::string;
  erased.type.element = std::make_shared<const schema::type>(std::move(text));
  add_field(shape, std::move(erased));
  return shape;
}

}  // namespace

recorded_event_reader::recorded_event_reader(const catalog& domains)
    : events_(union_of_all(domains)), metadata_(metadata_shape()), line_(line_shape(events_, metadata_)) {}

result<recorded_event> recorded_event_reader::read(std::string_view json) const {
  const auto compact = read_line(json, line_);
  if (!compact) return compact.error();
  std::vector<codec::violation> faults;
  line_fields line(*compact, line_, faults);
  const auto member = codec::member_of(line.structure("event"), events_);
  if (!member) return member.error();

  recorded_event event;
  event.position = {line.number("position")};
  event.stream = line.text("stream");
  event.sequence = {line.number("sequence")};
  event.event_id = line.uuid("eventId");
  event.recorded_at = line.time("recordedAt");
  event.type = member->field->name;
  event.payload = member->bytes;
  line_fields metadata(line.structure("metadata"), metadata_, faults, "/metadata");
  event.command_id = metadata.uuid("commandId");
  event.from.correlation_id = metadata.text("correlationId");
  event.from.causation_id = metadata.text("causationId");
  event.from.traceparent = metadata.traceparent("traceparent");
  event.from.actor = metadata.text("actor");
  event.erased = line.texts("erased");
  if (!faults.empty()) return error_of(faults);
  settle_command(event);
  return event;
}

}  // namespace weir::event_text
