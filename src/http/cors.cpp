#include "http/cors.hpp"

#include <algorithm>

namespace weir::http {
namespace {

constexpr std::string_view exposed_fields =
    "ETag, Location, Link, Weir-Position, Weir-Log, Idempotency-Replayed, Preference-Applied, Retry-After";
/// What Weir looks at, and what pages send without being asked to: tracing libraries (tracestate, baggage), and
/// polyfills of EventSource (Cache-Control).
constexpr std::string_view taken_fields =
    "Accept, Authorization, baggage, Cache-Control, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Last-Event-ID, Prefer, traceparent, tracestate, Weir-Causation-Id, Weir-Correlation-Id, Weir-Min-Position";
constexpr std::string_view preflight_seconds = "600";

/// What Access-Control-Allow-Origin says to this request; nothing if it is not from an allowed origin.
std::optional<std::string_view> allowed(const std::vector<std::string>& origins, const request& asked) {
  const auto origin = asked.field("Origin");
  if (!origin) return std::nullopt;
  for (const std::string& each : origins) {
    if (each == "*") return "*";
    if (each == *origin) return each;
  }
  return std::nullopt;
}

}  // namespace

bool is_origin(std::string_view text) {
  if (text == "*") return true;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view host = text.substr(scheme.size());
    // In lower case and without a path: a browser compares letter by letter, and so do we.
    return !host.empty() && std::all_of(host.begin(), host.end(), [](unsigned char c) {
      return c > 0x20 && c < 0x7f && c != '/' && c != '?' && c != '#' && c != '*' && !(c >= 'A' && c <= 'Z');
    });
  }
  return false;
}

bool is_of_another_site(const std::vector<std::string>& origins, const request& asked) {
  const auto origin = asked.field("Origin");
  if (!origin || std::find(origins.begin(), origins.end(), *origin) != origins.end()) return false;
  const auto scheme = origin->find("://");
  return scheme == origin->npos || origin->substr(scheme + 3) != asked.field("Host").value_or("");  // "null" has none
}

void allow_origin(const std::vector<std::string>& origins, const request& asked, response& answer) {
  if (origins.empty()) return;
  const auto origin = allowed(origins, asked);
  // A cache must not hand the answer for one origin to a page of another.
  if (!origin || *origin != "*") answer.set("Vary", "Origin");
  if (!origin) return;
  answer.set("Access-Control-Allow-Origin", *origin);
  answer.set("Access-Control-Expose-Headers", exposed_fields);
}

void allow_preflight(const std::vector<std::string>& origins, const request& asked, std::string_view methods,
                     response& answer) {
  if (!allowed(origins, asked) || !asked.field("Access-Control-Request-Method")) return;
  answer.set("Access-Control-Allow-Methods", methods);
  answer.set("Access-Control-Allow-Headers", taken_fields);
  answer.set("Access-Control-Max-Age", preflight_seconds);
}

}  // namespace weir::http
