// POST /admin/erasures, and what is shown afterwards.
#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class erasures : public api {
 protected:
  answer erase(const std::string& body) {
    return request("POST", "/admin/erasures", {{"Content-Type", "application/json"}}, body);
  }
  static std::string of(const std::string& user) { return R"({"subject":"user-)" + user + "\"}"; }
};

TEST_F(erasures, leave_nothing_to_be_shown) {
  create("u1");
  create("u2");
  command(R"({"changeEmail":{"userId":"u1","email":"new@example.org"}})");
  ASSERT_EQ(json(get("/users/u1"))["email"], "new@example.org");
  ASSERT_EQ(get("/users/by-email/new@example.org").status, 200);
  ASSERT_THAT(get("/events").body, HasSubstr("new@example.org"));
  const answer erased = erase(of("u1"));
  EXPECT_EQ(erased.status, 200) << erased.body;
  EXPECT_EQ(erased.body, R"({"subject":"user-u1"})");
  EXPECT_EQ(erased.field("content-type"), "application/json");
  EXPECT_EQ(erased.field("weir-position"), "3");

  const auto user = json(get("/users/u1"));
  EXPECT_FALSE(user.contains("name"));
  EXPECT_FALSE(user.contains("email"));
  EXPECT_EQ(user["status"], "ACTIVE");
  EXPECT_EQ(user["sequence"], 2);
  EXPECT_EQ(get("/users/by-email/new@example.org").status, 404);
  EXPECT_TRUE(json(get("/users/u2")).contains("email"));

  const auto events = json(get("/events"))["events"];
  EXPECT_EQ(events[0]["event"].dump(), R"({"userCreated":{"userId":"u1"}})");
  EXPECT_EQ(events[0]["erased"].dump(), R"(["/userCreated/name","/userCreated/email"])");
  EXPECT_FALSE(events[1].contains("erased"));
  EXPECT_EQ(events[2]["event"].dump(), R"({"userEmailChanged":{"userId":"u1","email":""}})");
  EXPECT_EQ(events[2]["erased"].dump(), R"(["/userEmailChanged/email","/userEmailChanged/previousEmail"])");
  const auto lines = request("GET", "/events", {{"Accept", "application/x-ndjson"}}).body;
  EXPECT_THAT(lines, Not(HasSubstr("u1@example.org")));
  EXPECT_THAT(lines, HasSubstr(R"("erased":["/userCreated/name","/userCreated/email"])"));
  EXPECT_EQ(json(get("/streams/user-u1/events"))["events"][0]["erased"].size(), 2u);
  const auto clouds = json(request("GET", "/events", {{"Accept", "application/cloudevents-batch+json"}}));
  EXPECT_EQ(clouds[0]["weirerased"], "/name /email");
  EXPECT_FALSE(clouds[1].contains("weirerased"));
  EXPECT_EQ(json(get("/users/u1?atSequence=1")).dump().find("Ada"), std::string::npos);
}

TEST_F(erasures, are_the_same_when_they_are_asked_for_again) {
  create("u1");
  EXPECT_EQ(erase(of("u1")).status, 200);
  EXPECT_EQ(erase(of("u1")).body, R"({"subject":"user-u1"})");
}

TEST_F(erasures, refuse_new_values_of_the_person) {
  create("u1");
  erase(of("u1"));
  const answer refused = command(R"({"renameUser":{"userId":"u1","name":"Ada"}})");
  expect_problem(refused, 409, "subject-erased");
  EXPECT_EQ(json(refused)["subject"], "user-u1");
  const answer one_of_two = command(R"([{"createUser":{"userId":"u2"}},{"renameUser":{"userId":"u1","name":"Ada"}}])");
  expect_problem(one_of_two, 409, "subject-erased");
  EXPECT_EQ(json(one_of_two)["index"], 1);
  EXPECT_EQ(get("/users/u2").status, 404);
  EXPECT_EQ(command(R"({"deactivateUser":{"userId":"u1"}})").status, 200) << "it has no personal value";
  EXPECT_EQ(get("/problems/subject-erased").status, 200);
}

TEST_F(erasures, say_what_is_wrong) {
  create("u1");
  expect_problem(erase(of("u9")), 404, "not-found");
  expect_problem(erase("{}"), 422, "validation");
  expect_problem(erase(R"({"subject":""})"), 422, "validation");
  expect_problem(erase(R"({"subject":"user-u1","reason":"x"})"), 422, "validation");
  expect_problem(erase("nonsense"), 400, "malformed-json");
  expect_problem(request("POST", "/admin/erasures", {}, of("u1")), 415, "unsupported-media-type");
  expect_problem(request("POST", "/admin/erasures",
                         {{"Content-Type", "application/json"}, {"Origin", "https://evil.example"}}, of("u1")),
                 403, "forbidden");
  expect_problem(get("/admin/erasures"), 405, "method-not-allowed");
  EXPECT_TRUE(json(get("/users/u1")).contains("email")) << "nothing was erased";
}

TEST_F(erasures, are_counted) {
  create("u1");
  erase(of("u1"));
  erase(of("u1"));
  EXPECT_THAT(get("/metrics").body, HasSubstr("\nweir_erasures_total 1\n"));
}

}  // namespace
}  // namespace weir::api::test
