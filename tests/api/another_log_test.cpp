#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class positions_of_the_log : public api {
 protected:
  positions_of_the_log() {
    for (const char* id : {"u1", "u2", "u3"}) create(id);
  }
  /// The id of the last event that a page of this one shows.
  std::string id(const std::string& position) {
    return json(get("/events?limit=1&after=" + std::to_string(std::stoi(position) - 1)))["lastId"];
  }
  /// The same with another mark.
  static std::string of_another_log(std::string id) {
    id.back() = id.back() == '0' ? '1' : '0';
    return id;
  }
  void expect_gone(const answer& got, const std::string& words) {
    expect_problem(got, 410, "position-of-another-log");
    EXPECT_THAT(json(got)["detail"].get<std::string>(), HasSubstr(words));
    EXPECT_EQ(json(got)["headPosition"], 3);
    EXPECT_FALSE(json(got).contains("lastCommonPosition"));
  }
  static constexpr std::pair<std::string_view, std::string_view> as_events{"Accept", "text/event-stream"};
};

TEST_F(positions_of_the_log, are_taken_with_and_without_their_mark) {
  EXPECT_THAT(id("2"), StartsWith("2."));
  EXPECT_EQ(id("2").size(), 10u);
  for (const std::string& after : {std::string("2"), id("2")}) {
    for (const char* path : {"/events?after=", "/streams/user-u3/events?after="}) {
      const auto page = json(get(path + after));
      ASSERT_EQ(page["events"].size(), 1u) << path << after;
      EXPECT_EQ(page["events"][0]["position"], 3);
    }
    EXPECT_EQ(get("/users/u1", {{"Weir-Min-Position", after}}).status, 200);
    EXPECT_EQ(get("/events", {{"Weir-Min-Position", after}}).status, 200);
  }
}

TEST_F(positions_of_the_log, of_commits_are_taken_with_their_hash_alone) {
  const auto end = json(get("/log"));
  const std::string hash = end["hash"], after = "/log/commits?after=" + std::to_string(end["commit"].get<int>());
  EXPECT_EQ(request("HEAD", "/log/commits").status, 200);
  EXPECT_EQ(request("HEAD", after + "&hash=" + hash).status, 200);
  expect_problem(get(after), 422, "validation");
  expect_problem(get(after + "&hash=abc"), 422, "validation");
  std::string other = hash;
  other.front() = other.front() == '0' ? '1' : '0';
  expect_gone(get(after + "&hash=" + other), "has another hash");
  expect_gone(get("/log/commits?after=999&hash=" + hash), "never had commit 999");
}

TEST_F(positions_of_the_log, of_another_one_are_refused_wherever_they_are_sent) {
  const std::string other = of_another_log(id("2"));
  for (const char* path : {"/events", "/streams/user-u1/events"}) {
    const std::string is_other = "Position 2 has another history";
    expect_gone(get(path + ("?after=" + other)), is_other);
    expect_gone(get(path + ("?after=" + other), {{"Accept", "application/x-ndjson"}}), is_other);
    expect_gone(get(path + ("?after=" + other), {as_events}), is_other);
    expect_gone(get(path + ("?lastEventId=" + other), {as_events}), is_other);
    expect_gone(get(path, {as_events, {"Last-Event-ID", other}}), is_other);
    expect_gone(get(path, {{"Weir-Min-Position", other}}), is_other);
    const std::string is_none = "ends at position 3 and never gave position 4";
    expect_gone(get(path + std::string("?after=4")), is_none);
    expect_gone(get(path, {as_events, {"Last-Event-ID", "4"}}), is_none);
    expect_gone(get(path, {as_events, {"Last-Event-ID", "4.00000000"}}), is_none);
  }
  for (const char* path : {"/users/u1", "/users", "/streams/user-u1", "/log"}) {
    expect_gone(get(path, {{"Weir-Min-Position", other}}), "Position 2 has another history");
  }
}

TEST_F(positions_of_the_log, that_are_none_are_said_to_be) {
  for (const char* wrong :
       {"x", "-1", "1.", "1.1234567", "1.123456789", "1.x2345678", "9007199254740992", "1.0x345678"}) {
    expect_problem(get("/events", {as_events, {"Last-Event-ID", wrong}}), 400, "malformed-request");
    expect_problem(get("/users/u1", {{"Weir-Min-Position", wrong}}), 400, "malformed-request");
  }
  expect_problem(get("/events?after=1.12"), 422, "validation");
  expect_problem(get("/streams/user-u1/events?after=tail"), 422, "validation");
}

TEST_F(positions_of_the_log, go_on_from_page_to_page_with_their_marks) {
  const answer page = get("/events?limit=2");
  EXPECT_EQ(page.field("link"), "</events?after=" + id("2") + "&limit=2>; rel=\"next\"");
  EXPECT_EQ(json(page)["lastId"], id("2"));
  EXPECT_EQ(json(get("/events?after=head"))["lastId"], id("3"));
  EXPECT_EQ(json(get("/events?types=userRenamed"))["lastId"], id("3")) << "what a filter leaves out is read too";
}

TEST_F(positions_of_the_log, end_where_the_log_says) {
  const answer got = get("/log");
  ASSERT_EQ(got.status, 200);
  const auto end = json(got);
  EXPECT_EQ(end["position"], 3);
  EXPECT_EQ(end["commit"], 3);
  EXPECT_EQ(end["id"], id("3"));
  EXPECT_EQ(end["hash"].get<std::string>().substr(0, 8), id("3").substr(2));
  EXPECT_EQ(end["hash"].get<std::string>().size(), 64u);
  EXPECT_TRUE(end["branches"].empty());
  EXPECT_EQ(got.field("weir-log"), end["log"]);
  EXPECT_EQ(get("/events").field("weir-log"), end["log"]);
  EXPECT_EQ(get("/streams/user-u1/events").field("weir-log"), end["log"]);
  create("u4");
  EXPECT_NE(json(get("/log"))["hash"], end["hash"]);
  EXPECT_EQ(json(get("/log"))["log"], end["log"]);
}

}  // namespace
}  // namespace weir::api::test
