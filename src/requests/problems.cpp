#include "requests/problems.hpp"

#include <spdlog/spdlog.h>

namespace weir {
namespace {

/// What the caller expected of the stream, as it is told: a sequence, 0 of one that must not exist, `*` of any.
nlohmann::ordered_json expected_of(const expectation& expected) {
  switch (expected.is) {
    case expectation::kind::at:
      return expected.at.value;
    case expectation::kind::absent:
      return 0;
    default:
      return "*";
  }
}

problem explain(const unavailable& why) {
  if (!why.shown.empty()) return make_unavailable(problem_kind::unavailable, why.shown + " Nothing was written.");
  if (!why.outcome_unknown) {
    return make_unavailable(problem_kind::unavailable, "Commands are not accepted at present. Nothing was written.");
  }
  return make_unavailable(problem_kind::unavailable, "It is not known whether the command was carried out.")
      .with("outcome", "unknown");
}

}  // namespace

problem problem_of(const outcome& came_to, const failed_command& of) {
  if (const auto* why = std::get_if<refused>(&came_to)) {
    std::string detail(of.command);
    detail.append(" was refused for the stream ").append(of.stream).append("; nothing was written.");
    return explain_refusal(*why->exception, why->bytes, std::move(detail));
  }
  if (const auto* why = std::get_if<sequence_mismatch>(&came_to)) {
    return explain_mismatch(why->stream, expected_of(why->expected), why->actual);
  }
  if (const auto* why = std::get_if<subject_erased>(&came_to)) {
    return make_problem(problem_kind::subject_erased, "The personal data of " + why->subject +
                                                          " was erased; no further personal data can be recorded for "
                                                          "it. Nothing was written.")
        .with("subject", why->subject);
  }
  if (const auto* why = std::get_if<subject_unknown>(&came_to)) {
    return make_problem(problem_kind::not_found, "There is no personal data of " + why->subject + ".");
  }
  if (std::holds_alternative<key_reused>(came_to)) {
    return make_problem(problem_kind::idempotency_key_reused,
                        "This idempotency key was used before for another command.");
  }
  if (std::holds_alternative<overloaded>(came_to)) {
    return make_unavailable(problem_kind::overloaded, "The command queue is full. Nothing was written.");
  }
  if (const auto* why = std::get_if<unavailable>(&came_to)) return explain(*why);
  if (std::holds_alternative<damaged>(came_to)) return make_damaged(of.trace_id);
  return make_internal(of.trace_id);
}

void log_failure(const outcome& came_to, const failed_command& of) {
  const auto* why = std::get_if<unavailable>(&came_to);
  if (why == nullptr || !why->shown.empty()) return;
  spdlog::warn("{} for {} was not carried out: {} trace={}", of.command, of.stream, why->detail, of.trace_id);
}

problem problem_of_read(const error& why, std::string_view trace_id) {
  if (why.code == errc::corrupt) return make_damaged(trace_id);
  if (why.code != errc::unavailable) return make_internal(trace_id);
  return make_unavailable(problem_kind::unavailable, "This cannot be answered at present: " + why.detail + ".");
}

problem too_many_queries() { return make_unavailable(problem_kind::overloaded, "Too many queries are waiting."); }

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

}  // namespace weir
