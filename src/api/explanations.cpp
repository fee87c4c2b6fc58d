#include <algorithm>
#include <map>

#include "api/api.hpp"
#include "http/exchange.hpp"

namespace weir::api {
namespace {

nlohmann::ordered_json explanation(std::string_view name, std::string_view title, int status, std::string_view text) {
  return {{"type", "/problems/" + std::string(name)}, {"title", title}, {"status", status}, {"explanation", text}};
}

/// 409 for what some command is refused with; 404 for what only queries say.
int status_of(const domain& of, const schema::structure& exception) {
  for (const auto& command : of.commands) {
    const auto& refusals = command->shape->refusals;
    if (std::find(refusals.begin(), refusals.end(), &exception) != refusals.end()) return 409;
  }
  return 404;
}

/// Every problem type by its name, as JSON text: those of HTTP, and the exceptions of the domains.
std::map<std::string, std::string, std::less<>> all_explanations(const catalog& domains) {
  std::map<std::string, std::string, std::less<>> all;
  for (const problem_explanation& each : problem_explanations()) {
    all.emplace(each.name, explanation(each.name, each.title, each.status, each.text).dump());
  }
  for (const domain& each : domains.domains()) {
    for (const auto& structure : each.idl->structures()) {
      if (structure->category != schema::category::exception) continue;
      all.emplace(
          structure->name,
          explanation(structure->name, title_of(*structure), status_of(each, *structure), structure->doc).dump());
    }
  }
  return all;
}

std::string index_of(const catalog& domains) {
  nlohmann::ordered_json commands = nlohmann::ordered_json::array();
  nlohmann::ordered_json queries = nlohmann::ordered_json::array();
  for (const domain& each : domains.domains()) {
    for (const auto& command : each.commands) commands.push_back("/commands/" + command->name);
    for (const auto& query : each.queries) {
      if (!query->method->path.empty()) queries.push_back(query->method->path);
    }
  }
  const nlohmann::ordered_json index = {{"name", "weir"},
                                        {"commands", {{"any", "/commands"}, {"one", commands}}},
                                        {"queries", queries},
                                        {"log", "/events"},
                                        {"streams", {"/streams/{stream}", "/streams/{stream}/events"}},
                                        {"problems", "/problems/{name}"},
                                        {"health", {"/health/live", "/health/ready"}},
                                        {"caller", "/me"},
                                        {"metrics", "/metrics"}};
  return index.dump(2) + "\n";
}

}  // namespace

void add_explanations(router& to, engine& over) {
  to.add_quick(
      method::get, "/problems/{name}", auth::requirement::open(),
      [all = all_explanations(over.domains())](exchange& x) {
        const auto found = all.find(x.parameter("name"));
        if (found == all.end()) {
          throw problem_raised{make_problem(problem_kind::not_found, "There is no problem type with this name.")};
        }
        x.respond(ok("application/json", found->second));
      });
  to.add_quick(method::get, "/", auth::requirement::open(),
               [index = index_of(over.domains())](exchange& x) { x.respond(ok("application/json", index)); });
}

}  // namespace weir::api
