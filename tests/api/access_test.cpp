#include <fstream>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "api/api_fixture.hpp"
#include "auth/api_token.hpp"
#include "auth/authenticator.hpp"
#include "auth/token_file.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A server that authenticates its callers: one for each role, who is called as the role.
class guarded : public api {
 protected:
  static constexpr std::array<std::string_view, 5> callers{"nobody", "reader", "writer", "operator", "admin"};

  guarded() {
    const auto file = files_.path() / "access.json";
    std::ofstream(file) << R"({"tokens": "tokens.json", "roles": {
      "nobody": {}, "clerk": {"commands": ["renameUser"], "queries": ["getUser"], "events": ["account"], "streams": ["user-u1"]},
      "mixed": {"includes": ["reader"], "commands": ["createUser"]}}})";
    for (const std::string_view name : callers) add_caller(std::string(name), std::string(name));
    add_caller("clerk", "clerk");
    add_caller("mixed", "mixed");
    auth::authenticator_options how;
    how.watch_interval = std::chrono::hours(1);
    how.changed = [this] {
      if (notify_) wake_all();
    };
    auto opened = auth::authenticator::open(file, how);
    if (!opened) throw std::runtime_error(opened.error().text());
    by_ = std::move(*opened);
    options_.gate = auth::gate(*by_);
    options_.audit = auth::audit_log::open(files_.path() / "audit.log").value();
  }

  void add_caller(const std::string& name, const std::string& role, std::optional<timestamp> expires = {}) {
    auto made = auth::make_api_token(name, {role}, wall_clock_now(), expires);
    ASSERT_TRUE(auth::add_token(files_.path() / "tokens.json", made.kept, files_.path() / "access.json"));
    ids_[name] = made.kept.id;
    bearers_[name] = "Bearer " + made.text;
  }
  void revoke(const std::string& name) {
    ASSERT_TRUE(auth::revoke_token(files_.path() / "tokens.json", ids_[name], wall_clock_now()));
    notify_ = true;
    ASSERT_TRUE(by_->reload());
  }

  answer as(const std::string& name, std::string_view method, std::string_view path, std::string_view body = {},
            std::string_view media_type = "application/json") {
    return request(method, path, {{"Authorization", bearers_.at(name)}, {"Content-Type", media_type}}, body);
  }

  testing::temporary_directory files_;
  std::map<std::string, std::string> ids_, bearers_;
  std::unique_ptr<auth::authenticator> by_;
  bool notify_ = false;
};

using roles = std::set<std::string_view>;
const roles everybody{"nobody", "reader", "writer", "operator", "admin"};
const roles readers{"reader", "writer", "admin"};
const roles writers{"writer", "admin"};
const roles operators{"operator", "admin"};

/// An endpoint: how it is asked, and who may. `open`: also without a credential.
struct row {
  roles allowed;
  bool open = false;
  std::string path = {};  ///< with values for its parameters
  std::string body = {};
};

/// Every endpoint has a row here. A new one without a row fails the test.
const std::map<std::string, row> table{
    {"POST /commands", {.allowed = writers, .body = R"({"createUser":{"userId":"u7"}})"}},
    {"POST /commands/{name}", {.allowed = writers, .path = "/commands/createUser", .body = R"({"userId":"u7"})"}},
    {"GET /users/{userId}", {.allowed = readers, .path = "/users/u1"}},
    {"GET /users", {.allowed = readers}},
    {"GET /users/by-email/{email}", {.allowed = readers, .path = "/users/by-email/u1@example.org"}},
    {"GET /reports/signups", {.allowed = readers, .path = "/reports/signups?from=2026-01-01&to=2026-01-02"}},
    {"GET /events", {.allowed = readers}},
    {"GET /log", {.allowed = everybody}},
    {"GET /log/commits", {.allowed = operators, .path = "/log/commits?after=9"}},
    {"GET /admin/backup", {.allowed = operators}},
    {"POST /admin/backup", {.allowed = operators}},
    {"POST /admin/backup/copies", {.allowed = operators}},
    {"DELETE /admin/backup/copies/{id}", {.allowed = operators, .path = "/admin/backup/copies/c"}},
    {"GET /admin/backup/copies/{id}/files/{name}", {.allowed = operators, .path = "/admin/backup/copies/c/files/f"}},
    {"GET /streams/{stream}", {.allowed = readers, .path = "/streams/user-u1"}},
    {"GET /streams/{stream}/events", {.allowed = readers, .path = "/streams/user-u1/events"}},
    {"GET /admin/projections", {.allowed = operators}},
    {"POST /admin/projections/{name}/rebuild", {.allowed = operators, .path = "/admin/projections/users/rebuild"}},
    {"POST /admin/erasures", {.allowed = {"admin"}, .body = R"({"subject":"user-u9"})"}},
    {"GET /admin/verify", {.allowed = operators}},
    {"POST /admin/verify", {.allowed = operators}},
    {"GET /log/checkpoint", {.allowed = everybody}},
    {"GET /metrics", {.allowed = operators}},
    {"GET /me", {.allowed = everybody}},
    {"POST /rpc",
     {.allowed = everybody}},  // each call has its own rule: the table of calls is in tests/flow/test_access.py
    {"GET /health/live", {.allowed = everybody, .open = true}},
    {"GET /health/ready", {.allowed = everybody, .open = true}},
    {"GET /problems/{name}", {.allowed = everybody, .open = true, .path = "/problems/validation"}},
    {"GET /", {.allowed = everybody, .open = true}},
    {"GET /openapi.json", {.allowed = everybody, .open = true}},
};

/// What the page that shows the contract is made of.
bool belongs_to_docs(std::string_view pattern) { return pattern == "/docs" || pattern.starts_with("/docs/"); }

TEST_F(guarded, answers_each_endpoint_to_the_roles_of_the_table_and_to_nobody_else) {
  create("u1");
  std::set<std::string> seen;
  for (const auto& each : routes().routes()) {
    for (const method which : {method::get, method::head, method::post, method::delete_}) {
      if (each->find(which) == nullptr) continue;
      const std::string name = std::string(name_of(which == method::head ? method::get : which)) + " " + each->pattern;
      const auto found = table.find(name);
      const bool is_docs = belongs_to_docs(each->pattern);
      ASSERT_TRUE(found != table.end() || is_docs) << name << " has no row";
      seen.insert(name);
      const row wanted = is_docs ? row{.allowed = everybody, .open = true} : found->second;
      const std::string path = wanted.path.empty() ? each->pattern : wanted.path;
      const std::string verb(name_of(which));
      const answer without = request(verb, path, {{"Content-Type", "application/json"}}, wanted.body);
      EXPECT_EQ(without.status == 401, !wanted.open) << name << " without a credential: " << without.status;
      EXPECT_EQ(without.field("www-authenticate"), wanted.open ? "" : "Bearer realm=\"weir\"") << name;
      for (const std::string_view role : callers) {
        const answer got = as(std::string(role), verb, path, wanted.body);
        const bool refused = got.status == 401 || got.status == 403;
        EXPECT_EQ(refused, !wanted.allowed.contains(role)) << name << " for " << role << ": " << got.status << got.body;
        EXPECT_NE(got.status, 401) << name << " for " << role;
        EXPECT_TRUE(wanted.open || got.field("cache-control") == "no-store") << name << " for " << role;
      }
    }
  }
  for (const auto& [name, ignored] : table) EXPECT_TRUE(seen.contains(name)) << name << " is not there any more";
}

TEST_F(guarded, refuses_a_credential_that_is_wrong_also_where_none_is_needed_for_more) {
  const answer wrong = request("GET", "/users/u1", {{"Authorization", "Bearer weir_0"}});
  expect_problem(wrong, 401, "unauthorized");
  EXPECT_THAT(wrong.field("www-authenticate"), HasSubstr("error=\"invalid_token\""));
  EXPECT_EQ(wrong.field("weir-position"), "");
  EXPECT_EQ(request("GET", "/health/live", {{"Authorization", "Bearer weir_0"}}).status, 200);
  EXPECT_EQ(request("GET", "/me", {{"Authorization", "Basic dTpw"}}).status, 401);
  EXPECT_EQ(request("GET", "/me", {{"Authorization", bearers_["reader"]}, {"Authorization", bearers_["admin"]}}).status,
            400);
}

TEST_F(guarded, does_not_look_for_a_token_in_the_url_or_the_body) {
  const std::string token = bearers_["admin"].substr(7);
  EXPECT_EQ(get("/me?access_token=" + token).status, 401);
  EXPECT_EQ(
      request("POST", "/commands", {{"Content-Type", "application/x-www-form-urlencoded"}}, "access_token=" + token)
          .status,
      401);
}

TEST_F(guarded, tells_callers_who_they_are_and_what_they_may_do) {
  const answer got = as("clerk", "GET", "/me");
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(json(got), nlohmann::ordered_json::parse(R"({"name":"clerk","roles":["clerk"],"authenticatedBy":"apiToken",
    "permissions":{"commands":["renameUser"],"queries":["getUser"],"events":["account"],"streams":["user-u1"],"admin":[],"metrics":false}})"));
}

TEST_F(guarded, grants_commands_by_name_in_an_array_and_line_by_line) {
  const answer array =
      as("mixed", "POST", "/commands", R"([{"createUser":{"userId":"a"}},{"deactivateUser":{"userId":"a"}}])");
  expect_problem(array, 403, "forbidden");
  EXPECT_EQ(json(array)["index"], 1);
  EXPECT_EQ(as("reader", "GET", "/users/a").status, 404) << "nothing of a refused array is done";
  const answer lines =
      as("mixed", "POST", "/commands", "{\"createUser\":{\"userId\":\"b\"}}\n{\"deactivateUser\":{\"userId\":\"b\"}}\n",
         "application/x-ndjson");
  EXPECT_EQ(lines.status, 200);
  EXPECT_THAT(lines.body, HasSubstr("\"stream\":\"user-b\""));
  EXPECT_THAT(lines.body, HasSubstr("/problems/forbidden"));
  EXPECT_THAT(lines.body, HasSubstr("\"line\":2"));
}

TEST_F(guarded, shows_events_of_granted_categories_only_and_how_far_it_read) {
  as("admin", "POST", "/commands", R"({"createUser":{"userId":"u1"}})");
  as("admin", "POST", "/commands", R"({"createUser":{"userId":"u2"}})");
  const answer page = as("clerk", "GET", "/events");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(json(page)["events"], IsEmpty());
  EXPECT_EQ(json(page)["lastPosition"], 2);
  expect_problem(as("clerk", "GET", "/events?category=user"), 403, "forbidden");
  EXPECT_EQ(as("clerk", "GET", "/streams/user-u1/events").status, 200);
  expect_problem(as("clerk", "GET", "/streams/user-u2/events"), 403, "forbidden");
  expect_problem(as("clerk", "GET", "/streams/user-unknown"), 403, "forbidden");
}

TEST_F(guarded, names_the_caller_in_events_and_keeps_idempotency_keys_of_callers_apart) {
  const auto create_with_key = [&](const std::string& who) {
    return request("POST", "/commands",
                   {{"Authorization", bearers_[who]}, {"Content-Type", "application/json"}, {"Idempotency-Key", "k"}},
                   R"({"createUser":{"userId":")" + who + R"("}})");
  };
  EXPECT_EQ(create_with_key("writer").status, 200);
  EXPECT_EQ(create_with_key("admin").status, 200) << "another caller's key is another key";
  EXPECT_EQ(create_with_key("writer").field("idempotency-replayed"), "true");
  EXPECT_EQ(json(as("reader", "GET", "/events"))["events"][0]["metadata"]["actor"], "writer");
}

TEST_F(guarded, says_how_ready_it_is_in_detail_only_to_those_who_may_read_metrics) {
  EXPECT_EQ(get("/health/ready").body, R"({"status":"pass"})");
  EXPECT_EQ(as("reader", "GET", "/health/ready").body, R"({"status":"pass"})");
  EXPECT_THAT(as("operator", "GET", "/health/ready").body, HasSubstr("projection:users"));
}

TEST_F(guarded, lets_browsers_ask_before_they_send_a_credential) {
  options_.cors_origins = {"https://app.example"};
  const answer got = request("OPTIONS", "/users/u1",
                             {{"Origin", "https://app.example"},
                              {"Access-Control-Request-Method", "GET"},
                              {"Access-Control-Request-Headers", "authorization"}});
  EXPECT_EQ(got.status, 204);
  EXPECT_THAT(got.field("access-control-allow-headers"), HasSubstr("Authorization"));
}

}  // namespace
}  // namespace weir::api::test
