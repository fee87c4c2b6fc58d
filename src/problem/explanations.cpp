#include "problem/explanations.hpp"

#include <array>
#include <cstddef>

namespace weir {
namespace {

using enum problem_kind;

constexpr std::array<problem_explanation, 24> explanations{{
    {malformed_json, 400, "malformed-json", "The body is not JSON",
     "The body is not valid JSON. `line` and `column` say where the parser stopped."},
    {malformed_request, 400, "malformed-request", "The request is malformed",
     "The request breaks a rule of HTTP or of this API. `detail` says which rule."},
    {unauthorized, 401, "unauthorized", "Credentials are missing or wrong",
     "The request has no credentials, or credentials that are not accepted. `WWW-Authenticate` says which are "
     "accepted."},
    {forbidden, 403, "forbidden", "Not allowed", "The caller is not permitted to do this."},
    {not_found, 404, "not-found", "Not found",
     "There is no resource at this path, or none with this name. If a query raised an exception of the IDL, `code` is "
     "its name."},
    {method_not_allowed, 405, "method-not-allowed", "The method is not allowed here",
     "The resource at this path does not support this method. `Allow` lists the supported methods."},
    {not_acceptable, 406, "not-acceptable", "No acceptable representation",
     "`Accept` allows none of the media types that this path answers with."},
    {timeout, 408, "timeout", "The request took too long to arrive",
     "The whole request, head and body, must arrive within `limitSeconds` seconds."},
    {subject_erased, 409, "subject-erased", "The person's data was erased",
     "The command would record new personal data of a person whose data was erased (`subject`). That is never done: "
     "erased and new values would look like one person's. Nothing was written. Use a new id for somebody who comes "
     "back."},
    {position_of_another_log, 410, "position-of-another-log", "This event log never gave that position",
     "The position, or the mark behind it, comes from another event log, or from a life of this one that was given up "
     "when it was restored from a copy. Events may have taken the place of those that you have seen. What you have "
     "made "
     "from events up to `lastCommonPosition` holds, where that is known; make the rest again from there. Where it is "
     "not "
     "known, begin again at the start (`after=0`)."},
    {sequence_mismatch, 412, "sequence-mismatch", "The stream is at another sequence",
     "`If-Match` or `If-None-Match` expects another sequence of the stream (`expected`) than the current one "
     "(`actual`; 0 means that the stream does not exist). Nothing was written. Read the current state and decide "
     "again."},
    {content_too_large, 413, "content-too-large", "The body is too large", "The body is larger than `limitBytes`."},
    {uri_too_long, 414, "uri-too-long", "The request target is too long",
     "The request target is longer than `limitBytes`."},
    {unsupported_media_type, 415, "unsupported-media-type", "The media type is not supported",
     "This path does not accept the body's `Content-Type`; `Accept-Post` lists the accepted types. Or the body is "
     "compressed (`Content-Encoding`), which no path accepts."},
    {misdirected_request, 421, "misdirected-request", "The request is for another host",
     "`Host` names a host that this server does not answer for. On loopback it answers only for localhost and the "
     "address that it listens on. So no page of another site can reach it under a name of its own (DNS rebinding). The "
     "operator allows other names with `--allowed-host`."},
    {validation, 422, "validation", "The input breaks rules",
     "The input breaks rules of the contract. `errors` lists the faults, each with a JSON pointer to the member."},
    {unknown_command, 422, "unknown-command", "There is no such command",
     "The body's only member must be the name of a command, and there is no command with this name. `errors` may "
     "suggest a similar name."},
    {idempotency_key_reused, 422, "idempotency-key-reused", "The idempotency key was used for another command",
     "An `Idempotency-Key` identifies one command. This key was used before for another command. Use a new key for a "
     "new command."},
    {headers_too_large, 431, "headers-too-large", "The header fields are too large",
     "The request line and the header fields together are larger than `limitBytes`."},
    {internal, 500, "internal", "Something went wrong on our side",
     "An internal error of the server. The server's diagnostic log explains it under the trace that `detail` names."},
    {damaged_data, 500, "damaged-data", "Stored data is damaged",
     "Data that this request needs cannot be read back as it was written: the disk or the file system has changed it. "
     "Nothing was written, and no wrong data was sent. Trying again does not help. The operator has to restore a "
     "backup; the server's diagnostic log says what is damaged, under the trace that `detail` names."},
    {not_implemented, 501, "not-implemented", "Not implemented",
     "The request uses an HTTP method or a transfer coding that this server does not support at any path. `detail` "
     "says which are supported."},
    {overloaded, 503, "overloaded", "Too many requests at once",
     "A limit of the server is reached, such as its queue or its memory budget. Nothing was written. Try again after "
     "`Retry-After` seconds."},
    {unavailable, 503, "unavailable", "Not available now",
     "The server cannot do this at present. Nothing was written, unless `outcome` is `unknown`: then the command may "
     "or may not have been carried out. Send it again with the same `Idempotency-Key`, or read the state first."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < explanations.size(); ++i) {
    if (static_cast<std::size_t>(explanations[i].kind) != i) return false;
  }
  return explanations.size() == static_cast<std::size_t>(unavailable) + 1;
}
static_assert(in_order(), "a kind is the index of its explanation");

}  // namespace

const problem_explanation& explanation_of(problem_kind kind) { return explanations[static_cast<std::size_t>(kind)]; }

std::span<const problem_explanation> problem_explanations() { return explanations; }

}  // namespace weir
