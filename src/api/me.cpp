#include "api/api.hpp"
#include "http/exchange.hpp"

namespace weir::api {
namespace {

nlohmann::ordered_json as_json(const auth::grants& granted) {
  return {{"commands", granted.commands}, {"queries", granted.queries}, {"events", granted.events},
          {"streams", granted.streams},   {"admin", granted.admin},     {"metrics", granted.metrics}};
}

/// Who the caller is, and what that caller may do.
void get_me(exchange& x) {
  const auth::session& who = x.session_of_caller();
  nlohmann::ordered_json json;
  if (!who.who->name.empty()) json["name"] = who.who->name;
  json["roles"] = who.who->roles;
  json["authenticatedBy"] = auth::name_of(who.who->authenticated_by);
  if (who.expires_at) json["expiresAt"] = to_shortest_rfc3339(*who.expires_at).value_or("");
  json["permissions"] = as_json(who.may->granted());
  response answer = ok("application/json", json.dump());
  answer.set("Cache-Control", "no-store");
  x.respond(std::move(answer));
}

}  // namespace

void add_me(router& to) { to.add_quick(method::get, "/me", auth::requirement::credential(), get_me); }

}  // namespace weir::api
