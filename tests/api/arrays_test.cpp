#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;

/// POST /commands with a JSON array.
class commands_in_an_array : public api {
 protected:
  static std::string creation(const std::string& id) {
    return R"({"createUser":{"userId":")" + id + R"(","name":"Ada","email":")" + id + R"(@example.org"}})";
  }
  static std::string renaming(const std::string& id, const std::string& name) {
    return R"({"renameUser":{"userId":")" + id + R"(","name":")" + name + R"("}})";
  }
  static std::string array(std::initializer_list<std::string> commands) {
    std::string all;
    for (const std::string& each : commands) all += (all.empty() ? "[" : ", ") + each;
    return all + "]";
  }
  static std::map<std::string, std::string> errors_of(const answer& got) {
    std::map<std::string, std::string> errors;
    const auto problem = json(got);
    for (const auto& each : problem["errors"]) errors.emplace(each["pointer"], each["detail"]);
    return errors;
  }
};

TEST_F(commands_in_an_array, are_one_commit_across_streams) {
  const answer got = command(array({creation("u1"), creation("u2"), renaming("u1", "Grace")}));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body,
            R"({"position":3,"results":[{"stream":"user-u1","sequence":1,"position":1},)"
            R"({"stream":"user-u2","sequence":1,"position":2},{"stream":"user-u1","sequence":2,"position":3}]})");
  EXPECT_EQ(got.field("weir-position"), "3");
  EXPECT_FALSE(got.has("etag"));
  EXPECT_FALSE(got.has("location"));
  EXPECT_EQ(json(get("/users/u1"))["name"], "Grace");
}

TEST_F(commands_in_an_array, leave_nothing_if_one_is_refused) {
  create("u3");
  const answer got = command(array({creation("u1"), renaming("u1", "Grace"), creation("u3")}));
  expect_problem(got, 409, "UserAlreadyExists");
  EXPECT_EQ(json(got)["index"], 2);
  EXPECT_EQ(json(got)["userId"], "u3");
  EXPECT_EQ(get("/users/u1").status, 404);
  EXPECT_EQ(get("/users/u1").field("weir-position"), "1");
}

TEST_F(commands_in_an_array, give_each_its_own_events_if_preferred) {
  create("u1");
  const answer got =
      command(array({renaming("u1", "Ada"), creation("u2"), renaming("u2", "Eve"), renaming("u2", "Eve")}), "Prefer",
              "return=representation");
  EXPECT_EQ(got.field("preference-applied"), "return=representation");
  const auto results = json(got)["results"];
  std::vector<std::size_t> counts;
  for (const auto& each : results) counts.push_back(each["events"].size());
  EXPECT_EQ(counts, (std::vector<std::size_t>{0, 1, 1, 0}));
  EXPECT_EQ(results[0]["position"], 1);
  EXPECT_EQ(results[2]["events"][0]["event"].dump(), R"({"userRenamed":{"userId":"u2","name":"Eve"}})");
  EXPECT_EQ(results[3]["sequence"], 2);
  EXPECT_EQ(json(got)["position"], 3);
}

TEST_F(commands_in_an_array, that_change_nothing_answer_with_the_last_event_of_their_own_stream) {
  create("u1");
  create("u2");
  const answer got =
      command(array({renaming("u1", "Ada"), creation("u3"), renaming("u1", "Ada"), renaming("u3", "Ada")}));
  EXPECT_EQ(got.body,
            R"({"position":3,"results":[{"stream":"user-u1","sequence":1,"position":1},)"
            R"({"stream":"user-u3","sequence":1,"position":3},{"stream":"user-u1","sequence":1,"position":1},)"
            R"({"stream":"user-u3","sequence":1,"position":3}]})");
  EXPECT_EQ(got.field("weir-position"), "3");
}

TEST_F(commands_in_an_array, name_all_rules_that_any_of_them_breaks) {
  const answer got = command(array({creation("u1"), R"({"createUser":{"userId":"no spaces","name":"","email":""}})",
                                    "7", "[]", "{}", R"({"creatUser":{}})", creation("u2")}));
  expect_problem(got, 422, "unknown-command");
  EXPECT_THAT(json(got)["detail"].get<std::string>(), HasSubstr("createUser"));
  std::vector<std::string> pointers;
  for (const auto& [pointer, detail] : errors_of(got)) pointers.push_back(pointer);
  EXPECT_EQ(pointers, (std::vector<std::string>{"/1/createUser/email", "/1/createUser/name", "/1/createUser/userId",
                                                "/2", "/3", "/4", "/5/creatUser"}));
  EXPECT_EQ(get("/users/u1").status, 404);
}

TEST_F(commands_in_an_array, are_at_least_one_and_at_most_a_thousand) {
  EXPECT_THAT(errors_of(command("[]"))[""], HasSubstr("1 to 1000"));
  expect_problem(command(" \n[ ]"), 422, "validation");
  const auto many = [](int count) {
    std::string body = "[";
    for (int i = 0; i < count; ++i) body += (i > 0 ? "," : "") + creation("m" + std::to_string(i));
    return body + "]";
  };
  const answer too_many = command(many(1001));
  expect_problem(too_many, 422, "validation");
  EXPECT_THAT(errors_of(too_many)[""], HasSubstr("1 to 1000 elements, and has 1001"));
  EXPECT_EQ(json(too_many)["limitCommands"], 1000);
  EXPECT_FALSE(json(command("[7]")).contains("limitCommands"));
  const answer most = command(many(1000));
  EXPECT_EQ(most.status, 200);
  EXPECT_EQ(json(most)["position"], 1000);
  EXPECT_EQ(json(most)["results"].size(), 1000u);
}

TEST_F(commands_in_an_array, take_no_condition_on_one_stream) {
  for (const char* name : {"If-Match", "If-None-Match"}) {
    const answer got = command(array({creation("u1")}), name, "*");
    expect_problem(got, 400, "malformed-request");
    EXPECT_THAT(got.body, HasSubstr(name));
  }
  EXPECT_EQ(get("/users/u1").status, 404);
}

TEST_F(commands_in_an_array, are_remembered_under_one_key) {
  const std::string body = array({creation("u1"), creation("u2")});
  const answer first = command(body, "Idempotency-Key", "k");
  const answer again = command(body, "Idempotency-Key", "k");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.field("idempotency-replayed"), "true");
  expect_problem(command(array({creation("u1")}), "Idempotency-Key", "k"), 422, "idempotency-key-reused");
  expect_problem(command(creation("u1"), "Idempotency-Key", "k"), 422, "idempotency-key-reused");
}

TEST_F(commands_in_an_array, give_the_events_of_the_first_time_again) {
  const auto ask = [this] {
    return request(
        "POST", "/commands",
        {{"Content-Type", "application/json"}, {"Prefer", "return=representation"}, {"Idempotency-Key", "k"}},
        array({creation("u1"), creation("u2"), renaming("u1", "Grace")}));
  };
  const answer first = ask();
  const answer again = ask();
  EXPECT_EQ(again.field("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, first.body);
}

TEST_F(commands_in_an_array, say_where_the_text_is_no_json) {
  const answer got = command("[" + creation("u1") + ",\n nonsense]");
  expect_problem(got, 400, "malformed-json");
  EXPECT_EQ(json(got)["line"], 2);
  expect_problem(command("[" + creation("u1")), 400, "malformed-json");
  expect_problem(command("[" + creation("u1") + "] more"), 400, "malformed-json");
  EXPECT_EQ(get("/users/u1").status, 404);
}

TEST_F(commands_in_an_array, are_answered_in_json_alone) {
  expect_problem(command(array({creation("u1")}), "Accept", "application/vnd.apache.thrift.binary"), 406,
                 "not-acceptable");
  EXPECT_EQ(get("/users/u1").status, 404);
}

TEST_F(commands_in_an_array, are_for_the_path_of_all_commands) {
  const answer got = request("POST", "/commands/createUser", {{"Content-Type", "application/json"}}, "[]");
  expect_problem(got, 422, "validation");
}

}  // namespace
}  // namespace weir::api::test
