#include "openapi/document_parts.hpp"
#include "openapi/openapi.hpp"

namespace weir::openapi {
namespace {

constexpr const char* description =
    R"(Commands in, events on disk, queries out.

A **command** asks for a change, and may be refused. An **event** is what happened; it never changes. A **stream** is the
ordered events of one thing (`user-u1`). An event's *sequence* is its place in its stream, its *position* its place in the
whole log; both are 1, 2, 3, ... without a gap. A **query** reads what the events come to; it sees every command that was
answered before it was asked.

**Errors** are problems (RFC 9457), `application/problem+json`, without exception. `GET` on a problem's `type` explains it.

**JSON**: what is not set is left out; `null` means not set. Members that are not listed are refused. Integers are exact
up to 2^53 - 1; beyond that they are refused, never rounded. Date-times are RFC 3339, and answered in UTC. Patterns are
those of RE2, and match as in ECMAScript with the flag `u`.

**Thrift**: commands, their results and the answers of queries may be the same structs in one of Thrift's protocols too, by
`Content-Type` and `Accept`; a page of events is the struct `EventPage`. Problems stay JSON.

**Callers**: a server that was started with `--auth` refuses requests without a credential (401) and what the caller's
roles do not grant (403). `GET /me` says who the caller is. Other servers take every request.

`HEAD` is answered wherever `GET` is, and `OPTIONS` on every path.)";

json tags(const std::vector<domain>& domains) {
  json all = json::array();
  const auto add = [&](const std::string& name, const std::string& text) {
    all.push_back({{"name", name}, {"description", text}});
  };
  add(commands_tag, "All commands by one path; Thrift calls.");
  for (const auto& domain : domains) add(domain.name, "The commands and queries of the domain `" + domain.name + "`.");
  add(streams_tag, "The event log, whole or by stream.");
  add(operating_tag, "Health, metrics, projections, backups, and this contract.");
  return all;
}

json security_schemes() {
  return {{"bearer",
           {{"type", "http"},
            {"scheme", "bearer"},
            {"description",
             "An API token, which `weir token create` makes, or a JWT access token of an issuer that the operator "
             "trusts."}}},
          {"clientCertificate",
           {{"type", "mutualTLS"}, {"description", "A client certificate of an authority that the operator trusts."}}}};
}

}  // namespace

std::string document(const std::vector<std::shared_ptr<const schema::idl>>& domains, const options& about) {
  const std::vector<domain> all = named(domains);
  draft made(all);
  add_commands(made);
  add_queries(made);
  add_calls(made);
  add_log(made);
  add_streams(made);
  add_administration(made);
  add_backups(made);
  add_operating(made);

  json whole;
  whole["openapi"] = "3.1.0";
  whole["info"] = {{"title", "Weir"},
                   {"version", about.version},
                   {"summary", "An event-sourcing gateway"},
                   {"description", description}};
  whole["servers"] = json::array({{{"url", "/"}, {"description", "The server that this document is from."}}});
  // The empty one: by default a server authenticates nobody, and listens on loopback only.
  whole["security"] =
      json::array({{{"bearer", json::array()}}, {{"clientCertificate", json::array()}}, json::object()});
  whole["tags"] = tags(all);
  whole["paths"] = made.paths.all();
  whole["components"] = made.parts.all();
  whole["components"]["securitySchemes"] = security_schemes();
  return whole.dump(2) + "\n";
}

}  // namespace weir::openapi
