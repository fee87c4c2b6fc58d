#include "openapi/headers.hpp"

#include <array>
#include <stdexcept>
#include <string>

#include "base/limits.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

constexpr const char* etag_pattern = R"(^"[0-9]+(?:-(?:binary|compact|tjson))?"$)";
constexpr const char* tags_pattern = R"re(^(?:\*|(?:W/)?"[!#-\[\]-~]*"(?:[ \t]*,[ \t]*(?:W/)?"[!#-\[\]-~]*")*)$)re";
constexpr const char* key_pattern = R"re(^(?:[!#-~](?:[ -~]{0,253}[!-~])?|"(?:[ !#-\[\]-~]|\\["\\]){1,255}")$)re";
constexpr const char* printable_pattern = R"(^[!-~](?:[ -~]{0,253}[!-~])?$)";
constexpr const char* text_pattern = R"(^[!-~](?:[ -~]*[!-~])?$)";
constexpr const char* traceparent_pattern = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$";
static_assert(limits::idempotency_key_bytes_max == 255, "the patterns say so");

struct field {
  std::string_view component;  ///< of a parameter
  std::string_view name;
  std::string_view description;
  json (*schema)();
};

json with_pattern(const char* pattern, const char* example) {
  return {{"type", "string"}, {"pattern", pattern}, {"examples", json::array({example})}};
}

const std::array request_fields{
    field{"IdempotencyKey", "Idempotency-Key",
          "A key of your choice that makes retries safe. The first success is stored under it for 24 hours, in the "
          "same write as its events. The same command with the same key then gets the same answer, with "
          "`Idempotency-Replayed: true`. 1 to 255 printable ASCII characters, bare or as a quoted string.",
          [] { return with_pattern(key_pattern, "5f0c3a52-1c4e-4b0e-9a3b-6a8c2f6f7d10"); }},
    field{"IfMatch", "If-Match",
          "The command is carried out only if its stream is at this sequence, given as the `ETag` of an earlier "
          "answer in any media type; `*`: only if the stream exists. Otherwise 412. A weak tag (`W/\"3\"`) never "
          "matches. It cannot be combined with `If-None-Match`.",
          [] { return with_pattern(tags_pattern, "\"3\""); }},
    field{"IfNoneMatchAny", "If-None-Match",
          "`*`: the command is carried out only if its stream does not exist yet. Otherwise 412.",
          [] {
            return json{{"type", "string"}, {"enum", {"*"}}};
          }},
    field{"IfNoneMatch", "If-None-Match",
          "Entity tags of answers that you have already, or `*`. If the answer's tag is among them, the answer is 304 "
          "without a body.",
          [] { return with_pattern(tags_pattern, "\"3\""); }},
    field{"Prefer", "Prefer",
          "`return=representation` adds the recorded events to the answer (RFC 7240). Other preferences are ignored.",
          [] { return with_pattern(text_pattern, "return=representation"); }},
    field{"PreferWait", "Prefer",
          "`wait=20` waits up to 20 seconds (at most 60) for a first matching event, if there is none yet (RFC 7240). "
          "With `Weir-Min-Position`, it waits for that position. Other preferences are ignored.",
          [] { return with_pattern(text_pattern, "wait=20"); }},
    field{
        "MinPosition", "Weir-Min-Position",
        "The answer reflects at least this position of the event log, for example a command's `Weir-Position`. If the "
        "server has not reached it yet, the request waits: 5 seconds, or as long as `Prefer: wait` says. Then 503.",
        [] { return position_schema(); }},
    field{"LastEventId", "Last-Event-ID",
          "For server-sent events: continue after this position, the `id` of the last event. It takes precedence over "
          "`after`.",
          [] { return position_schema(true); }},
    field{"CorrelationId", "Weir-Correlation-Id",
          "An id of your choice for commands that belong together: stored with the command's events. At most 255 "
          "printable ASCII "
          "characters.",
          [] { return with_pattern(printable_pattern, "order-4711"); }},
    field{"CausationId", "Weir-Causation-Id",
          "An id of your choice for what caused the command: stored with its events. At most 255 printable ASCII "
          "characters.",
          [] { return with_pattern(printable_pattern, "message-17"); }},
    field{"Traceparent", "traceparent",
          "The trace that the request belongs to (W3C Trace Context). It is continued, and stored with a command's "
          "events; "
          "a malformed one is ignored, and a new trace is begun.",
          [] { return with_pattern(traceparent_pattern, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"); }},
};

const std::array response_fields{
    field{"", "WWW-Authenticate", "Which credentials are accepted, and why this one was not (RFC 6750).",
          [] { return with_pattern(text_pattern, "Bearer realm=\"weir\""); }},
    field{"", "ETag",
          "The sequence of the stream that the answer shows, in quotes. Reads in Thrift's media types have tags of "
          "their own: `\"3-binary\"`, `\"3-compact\"`, `\"3-tjson\"`.",
          [] { return with_pattern(etag_pattern, "\"1\""); }},
    field{"", "Location", "The path of the resource that the command changed.",
          [] {
            return json{{"type", "string"}, {"format", "uri-reference"}};
          }},
    field{"", "Weir-Position",
          "A position in the event log. After a command: its last event. After a read: the last position that the "
          "answer reflects.",
          [] {
            return json{{"type", "integer"}, {"format", "int64"}, {"minimum", 0}, {"maximum", exact_integer_max}};
          }},
    field{"", "Weir-Log",
          "Which event log it is: a UUID, made with the log. It changes when a log is restored to a moment.",
          [] {
            return json{{"type", "string"}, {"format", "uuid"}};
          }},
    field{"", "Idempotency-Replayed", "`true` if this is the stored answer to an `Idempotency-Key`; else absent.",
          [] {
            return json{{"type", "string"}, {"enum", {"true"}}};
          }},
    field{"", "Preference-Applied", "The preference that was followed, if one was.",
          [] {
            return json{{"type", "string"}, {"examples", json::array({"return=representation", "wait=20"})}};
          }},
    field{"", "Retry-After", "Try again after this many seconds.",
          [] {
            return json{{"type", "integer"}, {"format", "int32"}, {"minimum", 0}};
          }},
    field{"", "Link", "The next page, as `rel=\"next\"`; absent after the last.",
          [] {
            return json{{"type", "string"},
                        {"examples", {R"(</streams/user-u1/events?from=101&limit=100>; rel="next")"}}};
          }},
    field{"", "Accept-Post", "The media types that the path accepts.",
          [] {
            return json{{"type", "string"}};
          }},
};

}  // namespace

json header_parameter(components& into, std::string_view name) {
  for (const auto& field : request_fields) {
    if (field.component != name) continue;
    return into.refer("parameters", name, [&] {
      return json{
          {"name", field.name}, {"in", "header"}, {"description", field.description}, {"schema", field.schema()}};
    });
  }
  throw std::logic_error("no request header is called " + std::string(name));
}

json response_headers(components& into, std::initializer_list<std::string_view> names) {
  json headers = json::object();
  for (const auto name : names) {
    for (const auto& field : response_fields) {
      if (field.name != name) continue;
      headers[std::string(name)] = into.refer("headers", name, [&] {
        return json{{"description", field.description}, {"schema", field.schema()}};
      });
    }
    if (!headers.contains(std::string(name)))
      throw std::logic_error("no response header is called " + std::string(name));
  }
  return headers;
}

}  // namespace weir::openapi
