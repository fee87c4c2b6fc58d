#include "api/command_headers.hpp"

#include <algorithm>

#include "api/command_answers.hpp"
#include "api/engine_problems.hpp"
#include "http/header_values.hpp"
#include "http/representation.hpp"

namespace weir::api {
namespace {

/// The largest sequence that JSON can name exactly. No stream will ever get there.
constexpr std::uint64_t sequence_max = (1ull << 53) - 1;

/// Longest value of a header field that becomes metadata of events.
constexpr std::size_t metadata_bytes_max = 255;

problem malformed(std::string detail) { return make_problem(problem_kind::malformed_request, std::move(detail)); }

std::string metadata_field(const request& asked, std::string_view name) {
  const auto value = asked.field(name);
  if (!value) return {};
  const bool printable = std::all_of(value->begin(), value->end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (value->empty() || value->size() > metadata_bytes_max || !printable) {
    throw problem_raised{malformed(std::string(name) + " must be 1 to " + std::to_string(metadata_bytes_max) +
                                   " printable ASCII characters.")};
  }
  return std::string(*value);
}

/// Of several tags, of any representation, the one that matches the current state becomes the expectation. Tags that
/// are weak or not sequences never match.
expectation one_of(exchange& x, const engine& over, const entity_condition& condition, const std::string& stream) {
  std::vector<sequence> wanted;
  const entity_tag* weak = nullptr;
  for (const entity_tag& tag : condition.tags) {
    if (tag.weak) weak = &tag;
    const auto number = tag_number({state_of(tag.opaque), tag.weak});
    if (number && *number > 0 && *number <= sequence_max && !tag.weak) wanted.push_back({*number});
  }
  if (wanted.size() == 1 && !weak) return {expectation::kind::at, wanted.front()};
  const auto head = over.head_of(stream);
  if (head.has_error()) throw problem_raised{explain_read(x, head.error())};
  const sequence actual = *head ? (*head)->sequence : sequence{};
  for (const sequence each : wanted) {
    if (each == actual) return {expectation::kind::at, each};
  }
  nlohmann::ordered_json expected = nlohmann::ordered_json::array();
  for (const sequence each : wanted) expected.push_back(each.value);
  problem why = explain_mismatch(stream, std::move(expected), actual);
  if (weak) {
    const std::string tag = "\"" + std::string(weak->opaque) + "\"";
    why.detail += " If-Match holds the weak entity tag W/" + tag +
                  ", which never matches (RFC 9110, section 13.1.1): " + "a proxy may have made it weak. Send " + tag +
                  ".";
  }
  throw problem_raised{std::move(why)};
}

}  // namespace

std::optional<std::string> read_key(const request& asked) {
  const auto value = asked.field("Idempotency-Key");
  if (!value) return std::nullopt;
  auto key = asked.count("Idempotency-Key") == 1 ? idempotency_key(*value) : std::nullopt;
  if (!key) {
    throw problem_raised{malformed("Idempotency-Key must be 1 to " + std::to_string(limits::idempotency_key_bytes_max) +
                                   " printable ASCII characters, bare or as a quoted string.")};
  }
  return key;
}

origin origin_of(exchange& x) {
  origin from;
  from.correlation_id = metadata_field(x.request(), "Weir-Correlation-Id");
  from.causation_id = metadata_field(x.request(), "Weir-Causation-Id");
  from.traceparent = x.trace().traceparent();
  return from;
}

expectation read_expectation(exchange& x, const engine& over, const std::string& stream) {
  const auto match = x.request().field_list("If-Match");
  const auto none_match = x.request().field_list("If-None-Match");
  if (match && none_match) throw problem_raised{malformed("If-Match and If-None-Match cannot be combined.")};
  if (none_match) {
    const auto condition = read_condition(*none_match);
    if (!condition || !condition->any) throw problem_raised{malformed("If-None-Match must be * on a command.")};
    return {expectation::kind::absent, {}};
  }
  if (!match) return {};
  const auto condition = read_condition(*match);
  if (!condition) throw problem_raised{malformed("If-Match must be *, or entity tags such as \"3\".")};
  if (condition->any) return {expectation::kind::exists, {}};
  return one_of(x, over, *condition, stream);
}

void refuse_conditions(const request& asked) {
  for (const char* name : {"If-Match", "If-None-Match"}) {
    if (asked.count(name) == 0) continue;
    throw problem_raised{malformed(
        std::string(name) + " is a condition on one command's stream; it cannot be used with several commands.")};
  }
}

bool wants_events(const request& asked) { return prefers(asked, "return", "representation"); }

}  // namespace weir::api
