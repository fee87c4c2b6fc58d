// Weir-Position and Weir-Min-Position.
#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;

class positions_over_http : public api {};

TEST_F(positions_over_http, are_on_every_answer) {
  create("u1");
  EXPECT_EQ(create("u1").field("weir-position"), "1");   // refused
  EXPECT_EQ(command("{}").field("weir-position"), "1");  // 422
  EXPECT_EQ(command(R"({"renameUser": {"userId": "u1", "name": "B"}})", "If-Match", "\"7\"").field("weir-position"),
            "1");                                                                      // 412
  EXPECT_EQ(get("/users/u1", {{"Accept", "image/png"}}).field("weir-position"), "1");  // 406
  EXPECT_EQ(get("/users?limit=0").field("weir-position"), "1");                        // 422
  EXPECT_EQ(get("/nowhere").field("weir-position"), "1");                              // 404
  EXPECT_EQ(get("/health/live").field("weir-position"), "1");
  EXPECT_EQ(request("OPTIONS", "/users/u1").field("weir-position"), "1");
  client bad = connect();
  bad.send("no HTTP at all\r\n\r\n");
  EXPECT_EQ(bad.read().field("weir-position"), "1");
}

constexpr const char* paths[] = {"/users/u1",        "/users/u1?atSequence=1",  "/users",
                                 "/streams/user-u1", "/streams/user-u1/events", "/events"};

TEST_F(positions_over_http, may_be_demanded_of_reads) {
  create("u1");
  for (const char* path : paths) {
    EXPECT_EQ(get(path, {{"Weir-Min-Position", "1"}}).status, 200) << path;
    const answer late = get(path, {{"Weir-Min-Position", "2"}, {"Prefer", "wait=0"}});
    expect_problem(late, 503, "unavailable");
    EXPECT_EQ(late.field("retry-after"), "1");
    EXPECT_EQ(late.field("weir-position"), "1");
    for (const char* bad : {"", "x", "-1", "1.0", "1, 2", "9007199254740992", "99999999999999999999"}) {
      expect_problem(get(path, {{"Weir-Min-Position", bad}}), 400, "malformed-request");
    }
  }
}

TEST_F(positions_over_http, that_are_demanded_are_waited_for) {
  create("u1");
  std::vector<client> waiting;
  for (const char* path : paths) {
    waiting.push_back(connect());
    waiting.back().send(text("GET", path, {{"Weir-Min-Position", "2"}, {"Prefer", "wait=60"}}, {}));
  }
  create("u2");
  for (client& each : waiting) EXPECT_EQ(each.read().status, 200);
  EXPECT_THAT(get("/users", {{"Weir-Min-Position", "2"}}).body, HasSubstr("u2"));
}

TEST_F(positions_over_http, that_are_waited_for_keep_no_earlier_answer_back) {
  create("u1");
  client one = connect();
  one.send(text("GET", "/users/u1", {}, {}) +
           text("GET", "/users/u1", {{"Weir-Min-Position", "2"}, {"Prefer", "wait=60"}}, {}));
  EXPECT_EQ(one.read().field("weir-position"), "1");
  create("u2");
  EXPECT_EQ(one.read().field("weir-position"), "2");
}

TEST_F(positions_over_http, that_are_demanded_are_given_up_when_the_server_stops) {
  create("u1");
  client waiting = connect();
  waiting.send(text("GET", "/users/u1", {{"Weir-Min-Position", "2"}, {"Prefer", "wait=60"}}, {}));
  while (get("/metrics").body.find("weir_http_connections 2") == std::string::npos) {
  }
  const auto begun = std::chrono::steady_clock::now();
  stop_server();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace weir::api::test
