#include "event_text/cloud_event_reader.hpp"

#include <sstream>

#include "base/suggestion.hpp"
#include "base/url.hpp"
#include "event_text/line_fields.hpp"

namespace weir::event_text {
namespace {

using schema::kind;
using schema::requiredness;

schema::structure shape_of(const schema::structure& data) {
  schema::structure shape;
  shape.name = "CloudEvent";
  for (const char* name : {"specversion", "id", "source", "type", "subject"}) {
    add_field(shape, field_of(name, kind::string, requiredness::required));
  }
  schema::field time = field_of("time", kind::i64, requiredness::required);
  time.type.demands.date_time = true;
  add_field(shape, std::move(time));
  for (const char* name : {"weirposition", "weirsequence"}) {
    schema::field number = field_of(name, kind::i64, requiredness::required);
    number.type.demands.as_string = true;
    add_field(shape, std::move(number));
  }
  for (const char* name : {"traceparent", "weircommandid", "weircorrelationid", "weircausationid", "weiractor",
                           "weirerased", "datacontenttype"}) {
    add_field(shape, field_of(name, kind::string, requiredness::optional));
  }
  schema::field of_data = field_of("data", kind::structure, requiredness::required);
  of_data.type.shape = &data;
  add_field(shape, std::move(of_data));
  return shape;
}

std::string source_of(std::string_view stream) {
  std::string source = "/streams/";
  append_path_segment(source, stream);
  return source;
}

}  // namespace

cloud_event_reader::cloud_event_reader(const catalog& domains) {
  for (const domain& each : domains.domains()) {
    for (const event_type& event : each.events) {
      by_type_.emplace(event.name, shape_of(*event.shape));
      types_.push_back(event.name);
    }
  }
}

result<recorded_event> cloud_event_reader::read(std::string_view json) const {
  const auto type = codec::json_text_member(json, "type");
  const auto found = by_type_.find(type.value_or(""));
  if (found == by_type_.end()) return without_type(json, type);
  const schema::structure& shape = found->second;
  const auto compact = read_line(json, shape);
  if (!compact) return compact.error();
  std::vector<codec::violation> faults;
  line_fields line(*compact, shape, faults);

  recorded_event event;
  event.position = {line.number("weirposition")};
  event.stream = line.text("subject");
  event.sequence = {line.number("weirsequence")};
  event.event_id = line.uuid("id");
  event.recorded_at = line.time("time");
  event.type = *type;
  event.payload = line.structure("data");
  event.command_id = line.uuid("weircommandid");
  event.from.correlation_id = line.text("weircorrelationid");
  event.from.causation_id = line.text("weircausationid");
  event.from.traceparent = line.traceparent("traceparent");
  event.from.actor = line.text("weiractor");
  std::istringstream erased(line.text("weirerased"));
  for (std::string each; erased >> each;) event.erased.push_back("/" + event.type + each);
  const auto demand = [&](const char* name, const std::string& is, const std::string& wanted) {
    if (is != wanted) line.refuse(name, "must be " + wanted);
  };
  demand("specversion", line.text("specversion"), "1.0");
  demand("source", line.text("source"), source_of(event.stream));
  const std::string media_type = line.text("datacontenttype");
  if (!media_type.empty()) demand("datacontenttype", media_type, "application/json");
  if (!faults.empty()) return error_of(faults);
  settle_command(event);
  return event;
}

/// By no shape can it be read: what is wrong with it before anybody asks for its type goes first.
error cloud_event_reader::without_type(std::string_view json, const std::optional<std::string>& type) const {
  schema::structure any;
  any.name = "CloudEvent";
  const auto read = codec::from_json(json, any, codec::checks::types_only);
  const auto* faults = std::get_if<codec::invalid>(&read);
  const bool is_object = !faults || !faults->violations.front().pointer.empty();
  if (std::holds_alternative<codec::malformed>(read) || !is_object) return read_line(json, any).error();
  if (!type) return error_of({{"/type", "is required, as a string"}});
  return error_of({{"/type", "must be an event of a domain" + suggestion(*type, types_)}});
}

}  // namespace weir::event_text
