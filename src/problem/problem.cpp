#include "problem/problem.hpp"

#include <algorithm>
#include <array>

namespace weir {
namespace {

using enum problem_kind;

constexpr std::array<problem_explanation, 21> explanations{{
    {malformed_json, 400, "malformed-json", "The body is not JSON",
     "The body is no JSON text. `line` and `column` say where reading it came to an end."},
    {malformed_request, 400, "malformed-request", "The request is malformed",
     "The request breaks a rule of HTTP or of this interface, before any command or query was looked at. `detail` says "
     "which rule."},
    {unauthorized, 401, "unauthorized", "Credentials are missing or wrong",
     "The request bears no credentials, or some that are not accepted. `WWW-Authenticate` says which are."},
    {forbidden, 403, "forbidden", "Not allowed", "The caller is known, and may not do this."},
    {not_found, 404, "not-found", "Not found",
     "There is nothing at this path, or nothing of that name. If a query says so, `code` is the reason's name."},
    {method_not_allowed, 405, "method-not-allowed", "The method is not allowed here",
     "There is something at this path, but it does not take this method. `Allow` lists those it takes."},
    {not_acceptable, 406, "not-acceptable", "No acceptable representation",
     "`Accept` leaves none of the media types that this path answers with."},
    {timeout, 408, "timeout", "The request took too long to arrive",
     "The whole request, head and body, has to arrive within a time limit, which is `limitSeconds`."},
    {sequence_mismatch, 412, "sequence-mismatch", "The stream is at another sequence",
     "`If-Match` or `If-None-Match` named a state of the stream (`expected`) that is not its present one (`actual`; 0 "
     "means that the stream does not exist). Nothing was written. Read the present state, and decide again."},
    {content_too_large, 413, "content-too-large", "The body is too large", "The body is larger than `limitBytes`."},
    {uri_too_long, 414, "uri-too-long", "The request target is too long",
     "The request target is longer than `limitBytes`."},
    {unsupported_media_type, 415, "unsupported-media-type", "The media type is not supported",
     "The body's `Content-Type` is none that this path takes: `Accept-Post` lists those it takes. Or the body is "
     "compressed (`Content-Encoding`), which no path takes."},
    {validation, 422, "validation", "The input breaks rules",
     "The input was understood, and breaks rules of the contract. `errors` lists all of them, each with a JSON pointer "
     "to the member."},
    {unknown_command, 422, "unknown-command", "There is no such command",
     "The body's one member is the name of a command, and there is no command of this name. `errors` may suggest one."},
    {idempotency_key_reused, 422, "idempotency-key-reused", "The idempotency key was used for another command",
     "An `Idempotency-Key` stands for one command. This one was used before for another. Take a new key for a new "
     "command."},
    {headers_too_large, 431, "headers-too-large", "The header fields are too large",
     "The request line and the header fields together are larger than `limitBytes`."},
    {internal, 500, "internal", "Something went wrong on our side",
     "A fault inside of the server. The log has the reason, under the trace that `detail` names."},
    {damaged_data, 500, "damaged-data", "Stored data is damaged",
     "Data that this request needs cannot be read back as it was written: the disk or the file system has changed it. "
     "Nothing was written, and no wrong data was sent. Trying again does not help. The operator has to restore a "
     "backup; the server's diagnostic log says what is damaged, under the trace that `detail` names."},
    {not_implemented, 501, "not-implemented", "Not implemented",
     "The request needs something of HTTP that this server does not have at any path: a method or a transfer coding. "
     "`detail` says which it has."},
    {overloaded, 503, "overloaded", "Too many requests at once",
     "More waits than the server takes. Nothing was written. Try again after `Retry-After` seconds."},
    {unavailable, 503, "unavailable", "Not available now",
     "The server cannot do this at present. Nothing was written, unless `outcome` is `unknown`: then the command may "
     "or "
     "may not have been carried out; send it again with the same `Idempotency-Key`, or look first."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < explanations.size(); ++i) {
    if (static_cast<std::size_t>(explanations[i].kind) != i) return false;
  }
  return explanations.size() == static_cast<std::size_t>(unavailable) + 1;
}
static_assert(in_order(), "a kind is the index of its explanation");

/// Adds `code` and the exception's fields.
void add_exception(problem& to, const schema::structure& exception, std::string_view bytes) {
  to.extras["code"] = exception.name;
  std::string json;
  if (codec::to_json(bytes, exception, json).has_error()) return;  // the code alone is still true
  const auto fields = nlohmann::ordered_json::parse(json, nullptr, false);
  for (const auto& [name, value] : fields.items()) {
    to.extras[name] = value;  // the IDL's reader has seen to it that none is a problem's own
  }
}

}  // namespace

problem&& problem::with(std::string_view member, nlohmann::ordered_json value) && {
  extras[std::string(member)] = std::move(value);
  return std::move(*this);
}

problem&& problem::with_header(std::string_view name, std::string value) && {
  headers.emplace_back(name, std::move(value));
  return std::move(*this);
}

std::span<const problem_explanation> problem_explanations() { return explanations; }

problem make_problem(problem_kind kind, std::string detail) {
  const problem_explanation& known = explanations[static_cast<std::size_t>(kind)];
  problem made;
  made.type = "/problems/" + std::string(known.name);
  made.title = known.title;
  made.status = known.status;
  made.detail = std::move(detail);
  return made;
}

problem make_unavailable(problem_kind kind, std::string detail, std::chrono::seconds retry_after) {
  problem made = make_problem(kind, std::move(detail));
  made.retry_after = retry_after;
  return made;
}

problem bodies_have_all_memory(std::string_view consequence) {
  std::string detail = "The requests and answers under way have all the memory that is meant for them. ";
  return make_unavailable(overloaded, detail.append(consequence));
}

problem make_internal(std::string_view trace_id) {
  return make_problem(internal, "The log has the reason under trace " + std::string(trace_id) + ".");
}

problem make_damaged(std::string_view trace_id) {
  return make_problem(damaged_data,
                      "Data that this request needs cannot be read back as it was written. Nothing was written. The "
                      "operator has to restore a backup; the diagnostic log says what is damaged, under trace " +
                          std::string(trace_id) + ".");
}

problem explain(const codec::malformed& fault) {
  problem why = make_problem(malformed_json, fault.detail);
  if (fault.line > 0) {
    why.extras["line"] = fault.line;
    why.extras["column"] = fault.column;
  }
  return why;
}

problem explain(std::vector<codec::violation> violations) {
  problem why =
      make_problem(validation, violations.size() == 1 ? "One rule is broken."
                                                      : std::to_string(violations.size()) + " rules are broken.");
  why.errors = std::move(violations);
  return why;
}

problem explain_refusal(const schema::structure& exception, std::string_view bytes, std::string detail) {
  problem why;
  why.type = "/problems/" + exception.name;
  why.title = title_of(exception);
  why.status = 409;
  why.detail = std::move(detail);
  add_exception(why, exception, bytes);
  return why;
}

problem explain_absence(const schema::structure& exception, std::string_view bytes) {
  problem why = make_problem(not_found, title_of(exception) + ".");
  add_exception(why, exception, bytes);
  return why;
}

std::string title_of(const schema::structure& exception) {
  std::string title = exception.doc.substr(0, exception.doc.find(". "));
  std::replace(title.begin(), title.end(), '\n', ' ');
  while (!title.empty() && (title.back() == '.' || title.back() == ' ')) title.pop_back();
  return title.empty() ? exception.name : title;
}

}  // namespace weir
