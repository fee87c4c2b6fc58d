#include "event_text/event_lines.hpp"

#include "codec/codec.hpp"
#include "event_text/cloud_event.hpp"
#include "event_text/recorded_event_json.hpp"

namespace weir::event_text {

result<> append_event_line(std::string& text, const recorded_event& event, event_format format,
                           const catalog& domains) {
  const auto written = format == event_format::events ? append_recorded_event(text, event, domains)
                                                      : append_cloud_event(text, event, domains);
  if (written) text += '\n';
  return written;
}

result<recorded_event> event_line_reader::read(std::string_view line) const {
  const bool events = format_ == event_format::events;
  auto read = events ? recorded_events_.read(line) : cloud_events_.read(line);
  if (read) return read;
  if (const auto type = codec::json_text_member(line, "type"); type && type->starts_with("/problems/")) {
    return error{errc::invalid, "the server that wrote this ended with a problem: " +
                                    codec::json_text_member(line, "detail").value_or(*type)};
  }
  const bool is_cloud_event = codec::json_text_member(line, "specversion").has_value();
  if (events && is_cloud_event) {
    return error{errc::invalid, "this is a CloudEvent; use --format cloudevents"};
  }
  if (!events && !is_cloud_event && codec::json_text_member(line, "eventId")) {
    return error{errc::invalid, "this is not a CloudEvent but an event as GET /events returns it; use --format events"};
  }
  return read;
}

}  // namespace weir::event_text
