#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class commands_over_http : public api {};

const std::string ada = R"({"createUser": {"userId": "u1", "name": "Ada", "email": "ada@example.org"}})";
const std::string rename_ada = R"({"renameUser": {"userId": "u1", "name": "Grace"}})";

TEST_F(commands_over_http, answer_with_where_the_event_stands) {
  const answer got = command(ada);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, R"({"stream":"user-u1","sequence":1,"position":1})");
  EXPECT_EQ(got.field("content-type"), "application/json");
  EXPECT_EQ(got.field("etag"), "\"1\"");
  EXPECT_EQ(got.field("location"), "/users/u1");
  EXPECT_EQ(got.field("weir-position"), "1");
  EXPECT_FALSE(got.has("preference-applied"));
  EXPECT_FALSE(got.has("idempotency-replayed"));
}

TEST_F(commands_over_http, have_an_operation_each) {
  const answer got = request("POST", "/commands/createUser", {{"Content-Type", "application/json"}},
                             R"({"userId": "u1", "name": "Ada", "email": "ada@example.org"})");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("location"), "/users/u1");
  const answer unknown = request("POST", "/commands/creatUser", {{"Content-Type", "application/json"}}, "{}");
  expect_problem(unknown, 404, "not-found");
  EXPECT_THAT(unknown.body, HasSubstr("createUser"));
}

TEST_F(commands_over_http, give_their_events_if_preferred) {
  const answer got = command(ada, "Prefer", "wait=5, return=\"representation\"; x=1");
  EXPECT_EQ(got.field("preference-applied"), "return=representation");
  const auto event = json(got)["events"][0];
  EXPECT_EQ(event["event"].dump(), R"({"userCreated":{"userId":"u1","name":"Ada","email":"ada@example.org"}})");
  EXPECT_THAT(event["eventId"].get<std::string>(), MatchesRegex("[0-9a-f-]{36}"));
  EXPECT_THAT(event["metadata"]["traceparent"].get<std::string>(), MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-00"));
  const answer nothing =
      command(R"({"renameUser": {"userId": "u1", "name": "Ada"}})", "Prefer", "return=representation");
  EXPECT_EQ(json(nothing)["events"].dump(), "[]");
  EXPECT_EQ(json(nothing)["sequence"], 1);
}

TEST_F(commands_over_http, keep_what_the_caller_says_of_itself) {
  const answer got = request("POST", "/commands",
                             {{"Content-Type", "application/json"},
                              {"Prefer", "return=representation"},
                              {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                              {"Weir-Correlation-Id", "order 7"},
                              {"Weir-Causation-Id", "click"}},
                             ada);
  const auto metadata = json(got)["events"][0]["metadata"];
  EXPECT_EQ(metadata["correlationId"], "order 7");
  EXPECT_EQ(metadata["causationId"], "click");
  EXPECT_THAT(metadata["traceparent"].get<std::string>(), HasSubstr("0af7651916cd43dd8448eb211c80319c"));
}

TEST_F(commands_over_http, refuse_ids_of_the_caller_that_cannot_be_kept) {
  for (const char* name : {"Weir-Correlation-Id", "Weir-Causation-Id"}) {
    for (const std::string& wrong :
         {std::string(), std::string(256, 'x'), std::string("a\tb"), std::string("\xc3\xa9")}) {
      const answer got = request("POST", "/commands", {{"Content-Type", "application/json"}, {name, wrong}}, ada);
      expect_problem(got, 400, "malformed-request");
      EXPECT_THAT(json(got)["detail"].get<std::string>(), HasSubstr("must be 1 to 255 printable ASCII characters"));
    }
  }
}

TEST_F(commands_over_http, are_refused_under_the_exceptions_name) {
  command(ada);
  const answer got = command(ada);
  expect_problem(got, 409, "UserAlreadyExists");
  EXPECT_EQ(json(got)["title"], "A user of that id exists already, active or not");
  EXPECT_EQ(json(got)["code"], "UserAlreadyExists");
  EXPECT_EQ(json(got)["userId"], "u1");
}

TEST_F(commands_over_http, name_all_rules_that_are_broken) {
  const answer got = command(R"({"createUser": {"name": "", "email": "nowhere"}})");
  expect_problem(got, 422, "validation");
  const auto problem = json(got);
  std::set<std::string> pointers;
  for (const auto& each : problem["errors"]) pointers.insert(each["pointer"]);
  EXPECT_EQ(pointers, (std::set<std::string>{"/createUser/userId", "/createUser/name", "/createUser/email"}));
}

TEST_F(commands_over_http, suggest_the_command_that_was_perhaps_meant) {
  const answer got = command(R"({"creatUser": {}})");
  expect_problem(got, 422, "unknown-command");
  EXPECT_THAT(json(got)["detail"].get<std::string>(), HasSubstr("createUser"));
}

TEST_F(commands_over_http, say_where_a_body_is_no_json) {
  const answer got = command("{\n  \"createUser\": nonsense}");
  expect_problem(got, 400, "malformed-json");
  EXPECT_EQ(json(got)["line"], 2);
  EXPECT_GE(json(got)["column"], 1);
  expect_problem(request("POST", "/commands", {{"Content-Type", "application/json"}}), 400, "malformed-json");
}

TEST_F(commands_over_http, come_as_json_and_say_so) {
  for (const char* type : {"text/plain", "", "application/json; charset=latin1", "nonsense", "application/jsonp"}) {
    const answer got = request("POST", "/commands", {{"Content-Type", type}}, ada);
    expect_problem(got, 415, "unsupported-media-type");
    EXPECT_TRUE(got.field("accept-post").starts_with("application/json, application/vnd.apache.thrift.json"));
  }
  expect_problem(request("POST", "/commands", {}, ada), 415, "unsupported-media-type");
  EXPECT_EQ(request("POST", "/commands", {{"Content-Type", "Application/JSON;charset=\"UTF-8\""}}, ada).status, 200);
}

TEST_F(commands_over_http, are_not_carried_out_for_who_does_not_take_the_answer) {
  expect_problem(command(ada, "Accept", "text/html"), 406, "not-acceptable");
  EXPECT_EQ(get("/users/u1").status, 404);
  EXPECT_EQ(command(ada, "Accept", "text/html, application/*;q=0.5").status, 200);
}

TEST_F(commands_over_http, hold_at_the_sequence_that_is_asked_for) {
  command(ada);
  EXPECT_EQ(command(rename_ada, "If-Match", "\"1\"").status, 200);
  const answer got = command(rename_ada, "If-Match", "\"1\"");
  expect_problem(got, 412, "sequence-mismatch");
  EXPECT_EQ(json(got)["expected"], 1);
  EXPECT_EQ(json(got)["actual"], 2);
}

TEST_F(commands_over_http, hold_where_the_stream_exists_or_does_not) {
  const answer absent = command(rename_ada, "If-Match", "*");
  expect_problem(absent, 412, "sequence-mismatch");
  EXPECT_EQ(json(absent)["actual"], 0);
  EXPECT_EQ(command(ada, "If-None-Match", "*").status, 200);
  const answer there = command(ada, "If-None-Match", "*");
  expect_problem(there, 412, "sequence-mismatch");
  EXPECT_EQ(json(there)["expected"], 0);
  EXPECT_EQ(json(there)["actual"], 1);
  EXPECT_EQ(command(rename_ada, "If-Match", "*").status, 200);
}

TEST_F(commands_over_http, hold_at_one_of_several_sequences) {
  command(ada);
  EXPECT_EQ(command(rename_ada, "If-Match", "\"7\", \"1\"").status, 200);
  const answer got = command(rename_ada, "If-Match", "\"7\", \"1\"");
  expect_problem(got, 412, "sequence-mismatch");
  EXPECT_EQ(json(got)["actual"], 2);
}

TEST_F(commands_over_http, compare_tags_strongly) {
  command(ada);
  for (const char* weak : {"W/\"1\"", "W/\"1-binary\"", "\"2\", W/\"1\""}) {
    const answer got = command(rename_ada, "If-Match", weak);
    expect_problem(got, 412, "sequence-mismatch");
    EXPECT_THAT(json(got)["detail"].get<std::string>(), HasSubstr("weak entity tag W/\"1")) << weak;
  }
  EXPECT_THAT(command(rename_ada, "If-Match", "\"2\"").body, Not(HasSubstr("weak")));
  expect_problem(command(rename_ada, "If-Match", "\"one\""), 412, "sequence-mismatch");
  expect_problem(command(rename_ada, "If-Match", "\"1-gzip\""), 412, "sequence-mismatch");
  expect_problem(command(rename_ada, "If-Match", "\"01\""), 412, "sequence-mismatch");
}

TEST_F(commands_over_http, take_the_tag_of_any_representation) {
  command(ada);
  for (const char* as : {"json", "vnd.apache.thrift.binary", "vnd.apache.thrift.compact", "vnd.apache.thrift.json"}) {
    const std::string tag = get("/users/u1", {{"Accept", "application/" + std::string(as)}}).field("etag");
    const std::string rename = R"({"renameUser": {"userId": "u1", "name": ")" + std::string(as) + R"("}})";
    EXPECT_EQ(command(rename, "If-Match", tag).status, 200) << tag;
    expect_problem(command(rename_ada, "If-Match", tag), 412, "sequence-mismatch");
  }
  EXPECT_EQ(command(rename_ada, "If-Match", "\"1-binary\", \"5-compact\"").status, 200);
}

TEST_F(commands_over_http, refuse_conditions_that_are_none) {
  command(ada);
  for (const char* bad : {"1", "\"1", "", "W/1", "\"1\" \"2\""}) {
    expect_problem(command(rename_ada, "If-Match", bad), 400, "malformed-request");
  }
  expect_problem(command(rename_ada, "If-None-Match", "\"1\""), 400, "malformed-request");
  EXPECT_EQ(json(get("/users/u1"))["sequence"], 1);
}

TEST_F(commands_over_http, with_a_key_have_one_effect_and_one_answer) {
  const answer first = command(ada, "Idempotency-Key", "k 1");
  const answer again = command(ada, "Idempotency-Key", "\"k 1\"");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.field("location"), first.field("location"));
  EXPECT_EQ(again.field("idempotency-replayed"), "true");
  expect_problem(command(rename_ada, "Idempotency-Key", "k 1"), 422, "idempotency-key-reused");
}

TEST_F(commands_over_http, refuse_keys_that_are_none) {
  const std::string long_key(256, 'k');
  for (const char* bad : {"", "\"\"", long_key.c_str(), "caf\xc3\xa9", "\"open", "\"a\"b\"", "\"a\\"}) {
    expect_problem(command(ada, "Idempotency-Key", bad), 400, "malformed-request");
  }
  EXPECT_EQ(command(ada, "Idempotency-Key", long_key.substr(1)).status, 200);
}

TEST_F(commands_over_http, are_not_taken_after_a_failed_sync_and_ready_says_so) {
  EXPECT_EQ(get("/health/ready").status, 200);
  disk->fail_syncs();
  const answer unknown = command(ada);
  expect_problem(unknown, 503, "unavailable");
  EXPECT_EQ(json(unknown)["outcome"], "unknown");
  EXPECT_TRUE(unknown.has("retry-after"));
  const answer after = command(ada);
  expect_problem(after, 503, "unavailable");
  EXPECT_FALSE(json(after).contains("outcome"));
  EXPECT_THAT(after.body, Not(HasSubstr("rocksdb")));
  EXPECT_EQ(get("/health/ready").status, 503);
  EXPECT_EQ(json(get("/health/ready"))["checks"]["commands"][0]["status"], "fail");
  EXPECT_EQ(get("/health/live").status, 200);
  EXPECT_EQ(get("/users").status, 200);
}

class a_full_queue : public api {
 protected:
  a_full_queue() {
    stop();
    options.queued_commands_max = 1;
    start();
  }
};

TEST_F(a_full_queue, is_answered_503_and_nothing_is_written) {
  EXPECT_EQ(get("/health/ready").status, 200);
  disk->hold_syncs();
  auto first = submit(ada);
  disk->await_held_sync();
  auto waiting = submit(rename_ada);
  const answer got = create("u3");
  expect_problem(got, 503, "overloaded");
  EXPECT_EQ(got.field("retry-after"), "1");
  disk->release_syncs();
  first.get();
  waiting.get();
  EXPECT_EQ(json(get("/users/u1"))["sequence"], 2);
  EXPECT_EQ(get("/users/u3").status, 404);
}

}  // namespace
}  // namespace weir::api::test
