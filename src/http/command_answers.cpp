#include "http/command_answers.hpp"

#include <spdlog/spdlog.h>

#include "codec/json_writer.hpp"
#include "event_text/recorded_event_json.hpp"
#include "http/engine_problems.hpp"

namespace weir::http {
namespace {

problem explain(const sequence_mismatch& why) {
  nlohmann::ordered_json expected;
  switch (why.expected.is) {
    case expectation::kind::at:
      expected = why.expected.at.value;
      break;
    case expectation::kind::absent:
      expected = 0;
      break;
    default:
      expected = "*";
  }
  return explain_mismatch(why.stream, std::move(expected), why.actual);
}

}  // namespace

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
  if (const auto* why = std::get_if<refused>(&came_to)) {
    return explain_refusal(
        *why->exception, why->bytes,
        std::string(command) + " was refused for the stream " + std::string(stream) + "; nothing was written.");
  }
  if (const auto* why = std::get_if<sequence_mismatch>(&came_to)) return explain(*why);
  if (std::holds_alternative<key_reused>(came_to)) {
    return make_problem(problem_kind::idempotency_key_reused, "The Idempotency-Key stands for another command.");
  }
  if (std::holds_alternative<overloaded>(came_to)) {
    return make_unavailable(problem_kind::overloaded, "Too many commands wait. Nothing was written.",
                            limits::retry_after);
  }
  if (const auto* why = std::get_if<unavailable>(&came_to)) {
    spdlog::warn("{} for {} was not carried out: {} trace={}", command, stream, why->detail, x.trace().trace_id);
    return explain_unavailable(*why);
  }
  return internal_problem(x, std::get<faulty>(came_to).detail);
}

problem explain_unavailable(const unavailable& why) {
  if (!why.outcome_unknown) {
    return make_unavailable(problem_kind::unavailable, "Commands are not taken at present. Nothing was written.",
                            limits::retry_after);
  }
  return make_unavailable(problem_kind::unavailable, "It is not known whether the command was carried out.",
                          limits::retry_after)
      .with("outcome", "unknown");
}

problem explain_mismatch(const std::string& stream, nlohmann::ordered_json expected, sequence actual) {
  std::string detail = "The stream " + stream;
  detail += actual.value == 0 ? " does not exist." : " is at sequence " + std::to_string(actual.value) + ".";
  return make_problem(problem_kind::sequence_mismatch, std::move(detail))
      .with("expected", std::move(expected))
      .with("actual", actual.value);
}

codec::violation explain_unnamable(std::string pointer) {
  return {std::move(pointer),
          "The name of the stream would be longer than " + std::to_string(limits::stream_name_bytes_max) + " bytes."};
}

}  // namespace weir::http
