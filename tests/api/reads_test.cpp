#include <gmock/gmock.h>

#include "api/api_fixture.hpp"
#include "api/docs.hpp"
#include "rpc/dispatcher.hpp"
#include "schema/reserved_names.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class queries_over_http : public api {};

TEST_F(queries_over_http, answer_with_json_and_where_it_stands) {
  create("u1");
  const answer got = get("/users/u1");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-type"), "application/json");
  EXPECT_EQ(got.field("etag"), "\"1\"");
  EXPECT_EQ(got.field("weir-position"), "1");
  EXPECT_EQ(got.field("cache-control"), "no-cache");
  EXPECT_EQ(json(got)["status"], "ACTIVE");
  EXPECT_THAT(json(got)["createdAt"].get<std::string>(), MatchesRegex("[0-9]{4}-.*T.*Z"));
}

TEST_F(queries_over_http, answer_a_refusal_as_not_found) {
  create("u1");
  const answer got = get("/users/nobody");
  expect_problem(got, 404, "not-found");
  EXPECT_EQ(json(got)["code"], "UserNotFound");
  EXPECT_EQ(json(got)["userId"], "nobody");
  EXPECT_EQ(got.field("weir-position"), "1");
}

TEST_F(queries_over_http, take_their_parameters_from_path_and_query) {
  for (const char* id : {"a", "b", "c"}) create(id);
  EXPECT_EQ(json(get("/users/by-email/B%40Example.org"))["userId"], "b");
  const auto page = json(get("/users?limit=2"));
  EXPECT_EQ(page["users"].size(), 2u);
  const auto rest = json(get("/users?limit=2&cursor=" + page["next"].get<std::string>()));
  EXPECT_EQ(rest["users"][0]["userId"], "c");
  EXPECT_FALSE(rest.contains("next"));
}

TEST_F(queries_over_http, name_the_parameters_that_break_rules) {
  const auto pointers = [&](std::string_view path) {
    const answer got = get(path);
    expect_problem(got, 422, "validation");
    const auto problem = json(got);
    std::set<std::string> found;
    for (const auto& each : problem["errors"]) found.insert(each["pointer"]);
    return found;
  };
  using set = std::set<std::string>;
  EXPECT_EQ(pointers("/users?limit=0&status=GONE&colour=red"), (set{"/limit", "/status", "/colour"}));
  EXPECT_EQ(pointers("/users/not%20an%20id"), set{"/userId"});
  EXPECT_EQ(pointers("/users/u1?userId=u2"), set{"/userId"});
  EXPECT_EQ(pointers("/reports/signups"), (set{"/from", "/to"}));
}

TEST_F(queries_over_http, do_not_send_what_the_client_has) {
  create("u1");
  for (const char* tags : {"\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"}) {
    const answer got = get("/users/u1", {{"If-None-Match", tags}});
    EXPECT_EQ(got.status, 304) << tags;
    EXPECT_EQ(got.field("etag"), "\"1\"");
    EXPECT_EQ(got.field("weir-position"), "1");
  }
  EXPECT_EQ(get("/users/u1", {{"If-None-Match", "\"2\""}}).status, 200);
  EXPECT_EQ(get("/users/u1", {{"If-None-Match", "1"}}).status, 200);
}

TEST_F(queries_over_http, have_an_entity_tag_for_each_representation) {
  create("u1");
  const std::pair<const char*, const char*> tags[] = {{"application/json", "\"1\""},
                                                      {"application/vnd.apache.thrift.binary", "\"1-binary\""},
                                                      {"application/vnd.apache.thrift.compact", "\"1-compact\""},
                                                      {"application/vnd.apache.thrift.json", "\"1-tjson\""}};
  for (const auto& [type, tag] : tags) {
    EXPECT_EQ(get("/users/u1", {{"Accept", type}}).field("etag"), tag);
    for (const auto& [of, had] : tags) {
      const answer got = get("/users/u1", {{"Accept", type}, {"If-None-Match", had}});
      EXPECT_EQ(got.status, tag == had ? 304 : 200) << type << " with the tag of " << of;
      EXPECT_EQ(got.field("etag"), tag);
    }
  }
}

TEST_F(queries_over_http, answer_head_with_the_same_head) {
  create("u1");
  for (const char* path :
       {"/users/u1", "/users", "/users/nobody", "/streams/user-u1", "/streams/user-u1/events", "/"}) {
    const answer got = get(path);
    const answer head = request("HEAD", path);
    EXPECT_EQ(head.status, got.status);
    EXPECT_EQ(head.field("content-length"), std::to_string(got.body.size()));
    for (const char* name : {"etag", "content-type", "weir-position"}) EXPECT_EQ(head.field(name), got.field(name));
  }
}

TEST_F(queries_over_http, answer_in_what_the_client_likes_best_or_not_at_all) {
  create("u1");
  for (const char* good : {"*/*", "application/*", "application/JSON", "text/html, application/json;q=0.1", ""}) {
    EXPECT_EQ(get("/users/u1", {{"Accept", good}}).field("content-type"), "application/json") << good;
  }
  const struct {
    const char *accept, *type;
  } choices[] = {
      {"application/vnd.apache.thrift.compact", "application/vnd.apache.thrift.compact"},
      {"application/json;q=0.5, application/vnd.apache.thrift.binary;q=0.6", "application/vnd.apache.thrift.binary"},
      {"*/*;q=0.1, application/vnd.apache.thrift.json;q=0.05", "application/json"},
      {"*/*, application/json; q=0.0", "application/vnd.apache.thrift.json"},
      {"application/*;q=0.001, application/vnd.apache.thrift.json;q=0.002", "application/vnd.apache.thrift.json"},
  };
  for (const auto& choice : choices) {
    const answer got = get("/users/u1", {{"Accept", choice.accept}});
    EXPECT_EQ(got.field("content-type"), choice.type) << choice.accept;
    EXPECT_EQ(got.field("vary"), "Accept");
  }
  for (const char* bad : {"image/png", "application/json;q=0", "*/*;q=0", "text/*"}) {
    expect_problem(get("/users/u1", {{"Accept", bad}}), 406, "not-acceptable");
  }
}

class streams_over_http : public api {
 protected:
  void three_events() {
    create("u1");
    command(R"({"renameUser": {"userId": "u1", "name": "B"}})");
    command(R"({"deactivateUser": {"userId": "u1"}})");
  }
  std::string sequences(const answer& got) {
    const auto page = json(got);
    std::string found;
    for (const auto& each : page["events"]) found += std::to_string(each["sequence"].get<int>()) + " ";
    return found;
  }
};

TEST_F(streams_over_http, have_a_head) {
  three_events();
  const answer got = get("/streams/user-u1");
  const auto head = json(got);
  EXPECT_EQ(head["stream"], "user-u1");
  EXPECT_EQ(head["sequence"], 3);
  EXPECT_LT(head["createdAt"], head["updatedAt"]);
  EXPECT_EQ(got.field("etag"), "\"3\"");
  EXPECT_EQ(got.field("weir-position"), "3");
}

TEST_F(streams_over_http, show_recorded_events_as_the_contract_says) {
  three_events();
  const auto event = json(get("/streams/user-u1/events?from=3"))["events"][0];
  std::vector<std::string> members;
  for (const auto& each : event.items()) members.push_back(each.key());
  EXPECT_THAT(members,
              ::testing::ElementsAre("position", "stream", "sequence", "eventId", "recordedAt", "event", "metadata"));
  EXPECT_EQ(event["event"].dump(), R"({"userDeactivated":{"userId":"u1"}})");
}

TEST_F(streams_over_http, are_read_a_page_at_a_time_in_both_directions) {
  three_events();
  struct {
    const char *query, *sequences, *next;
  } pages[] = {{"", "1 2 3 ", ""},
               {"?from=2", "2 3 ", ""},
               {"?from=4", "", ""},
               {"?limit=2", "1 2 ", "</streams/user-u1/events?from=3&limit=2>; rel=\"next\""},
               {"?limit=3", "1 2 3 ", ""},
               {"?direction=backward", "3 2 1 ", ""},
               {"?direction=backward&limit=2", "3 2 ",
                "</streams/user-u1/events?from=1&limit=2&direction=backward>; rel=\"next\""},
               {"?direction=backward&from=1", "1 ", ""}};
  for (const auto& page : pages) {
    const answer got = get("/streams/user-u1/events" + std::string(page.query));
    EXPECT_EQ(sequences(got), page.sequences) << page.query;
    EXPECT_EQ(got.field("link"), page.next) << page.query;
    EXPECT_EQ(json(got).contains("next"), *page.next != 0);
  }
}

TEST_F(streams_over_http, that_do_not_exist_are_not_found) {
  for (const char* path : {"/streams/user-nobody", "/streams/user-nobody/events", "/streams/a%2Fb"}) {
    expect_problem(get(path), 404, "not-found");
  }
}

TEST_F(streams_over_http, name_the_parameters_that_break_rules) {
  three_events();
  for (const char* query : {"from=0", "from=-1", "from=x", "from=", "limit=0", "limit=1001", "direction=sideways",
                            "form=1", "from=1&from=2"}) {
    expect_problem(get("/streams/user-u1/events?" + std::string(query)), 422, "validation");
  }
}

class operations_over_http : public api {};

TEST_F(operations_over_http, explain_every_type_of_problem) {
  for (const char* type :
       {"validation", "malformed-json", "not-implemented", "UserAlreadyExists", "EmailTaken", "unavailable"}) {
    const answer got = get("/problems/" + std::string(type));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(json(got)["type"], "/problems/" + std::string(type));
    EXPECT_FALSE(json(got)["explanation"].get<std::string>().empty());
  }
  expect_problem(get("/problems/nonsense"), 404, "not-found");
}

TEST_F(operations_over_http, say_what_is_there) {
  const answer got = get("/");
  EXPECT_THAT(got.body, HasSubstr("/users/{userId}"));
  EXPECT_THAT(got.body, HasSubstr("/commands/createUser"));
  expect_problem(get("/user"), 404, "not-found");
  EXPECT_THAT(get("/user").body, HasSubstr("/users"));
  const answer wrong = request("DELETE", "/users/u1");
  expect_problem(wrong, 405, "method-not-allowed");
  EXPECT_EQ(wrong.field("allow"), "GET, HEAD, OPTIONS");
}

/// The IDL's reader refuses the paths of this list to every domain, so that the server starts with any.
TEST_F(operations_over_http, are_at_the_paths_that_no_domain_may_have) {
  std::set<std::string> of_queries, own;
  for (const domain& each : running->domains().domains()) {
    for (const auto& query : each.queries) of_queries.insert(query->method->path);
  }
  router routes;
  prometheus::Registry counted;
  query_threads threads(*running);
  rpc::dispatcher called(*running, threads, counted);
  add_api(routes, *running, threads, {});
  add_calls(routes, called);
  add_docs(routes, "{}");
  for (const auto& each : routes.routes()) {
    if (of_queries.count(each->pattern) != 0) continue;
    own.insert(each->pattern.substr(1, each->pattern.find('/', 1) - 1));
  }
  EXPECT_EQ(own, std::set<std::string>(schema::own_path_segments.begin(), schema::own_path_segments.end()));
}

TEST_F(operations_over_http, measure_what_was_done) {
  create("u1");
  for (int i = 0; i < 3; ++i) get("/users/u1");
  get("/users/nobody");
  const answer got = get("/metrics");
  EXPECT_THAT(got.field("content-type"), HasSubstr("text/plain"));
  EXPECT_THAT(
      got.body,
      HasSubstr(R"(weir_http_request_duration_seconds_count{route="/users/{userId}",method="GET",status="200"} 3)"));
  EXPECT_THAT(got.body, HasSubstr(R"(weir_http_requests_total{route="/users/{userId}",method="GET",status="404"} 1)"));
  EXPECT_THAT(got.body, HasSubstr("weir_http_connections 1"));
  EXPECT_THAT(got.body, HasSubstr("createUser"));
  EXPECT_THAT(got.body, Not(HasSubstr("nobody")));
}

}  // namespace
}  // namespace weir::api::test
