#include "api/command_answers.hpp"

#include "codec/json_writer.hpp"
#include "event_text/recorded_event_json.hpp"

namespace weir::api {
std::span<const recorded_event> events_by_command::next(const acceptance::item& result) {
  std::size_t count = 0;
  while (count < rest_.size() && rest_[count].position <= result.position) ++count;
  const auto those = rest_.first(count);
  rest_ = rest_.subspan(count);
  return those;
}

void begin_result(std::string& json, const acceptance::item& result) {
  json += "{\"stream\":";
  codec::append_json_string(json, result.stream);
  json.append(",\"sequence\":").append(std::to_string(result.sequence.value));
  json.append(",\"position\":").append(std::to_string(result.position.value));
}

result<> append_events(std::string& json, std::span<const recorded_event> events, const catalog& domains) {
  json += ",\"events\":[";
  for (const recorded_event& event : events) {
    if (json.back() != '[') json += ',';
    if (auto written = event_text::append_recorded_event(json, event, domains); written.has_error()) return written;
  }
  json += ']';
  return {};
}

problem explain_failure(exchange& x, const outcome& came_to, std::string_view command, std::string_view stream) {
  const failed_command of{command, stream, x.trace().trace_id};
  log_failure(came_to, of);
  return problem_of(came_to, of);
}

}  // namespace weir::api
