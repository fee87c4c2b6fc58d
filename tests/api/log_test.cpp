// GET /events as pages and lines.
#include <numeric>
#include <sstream>

#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class the_log : public api {
 protected:
  /// 1 created, 2 renamed, 3 created
  void three_events() {
    create("u1");
    rename("u1", "B");
    create("u2");
  }
  void rename(const std::string& id, const std::string& name) {
    command(R"({"renameUser": {"userId": ")" + id + R"(", "name": ")" + name + R"("}})");
  }
  static std::vector<int> positions(const answer& got) {
    std::vector<int> found;
    const auto page = json(got);
    for (const auto& each : page["events"]) found.push_back(each["position"]);
    return found;
  }
  static std::vector<int> positions_of_lines(const std::string& body) {
    std::vector<int> found;
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);) found.push_back(nlohmann::json::parse(line)["position"]);
    return found;
  }
  /// How far a page was read, as an id.
  static std::string id_of(const answer& page) { return json(page)["lastId"]; }
  std::string ask(std::string_view path, fields headers = {}) { return text("GET", path, headers, {}); }
};

TEST_F(the_log, is_read_a_page_at_a_time) {
  three_events();
  const answer first = get("/events?limit=2");
  EXPECT_THAT(positions(first), ElementsAre(1, 2));
  EXPECT_EQ(json(first)["lastPosition"], 2);
  EXPECT_EQ(json(first)["headPosition"], 3);
  EXPECT_EQ(first.field("weir-position"), "3");
  EXPECT_EQ(first.field("link"), "</events?after=" + id_of(first) + "&limit=2>; rel=\"next\"");
  const answer last = get("/events?after=2&limit=2");
  EXPECT_THAT(positions(last), ElementsAre(3));
  EXPECT_FALSE(last.has("link"));
  EXPECT_THAT(positions(get("/events?after=head")), IsEmpty());
}

TEST_F(the_log, shows_each_event_as_its_stream_does) {
  three_events();
  EXPECT_EQ(json(get("/events"))["events"][2], json(get("/streams/user-u2/events"))["events"][0]);
}

TEST_F(the_log, says_how_far_was_read_past_what_a_filter_left_out) {
  three_events();
  rename("u2", "C");
  const answer got = get("/events?types=userCreated&category=user");
  EXPECT_THAT(positions(got), ElementsAre(1, 3));
  EXPECT_EQ(json(got)["lastPosition"], 4);
  const answer page = get("/events?types=userCreated,userRenamed&limit=1&category=user");
  EXPECT_EQ(page.field("link"),
            "</events?after=" + id_of(page) + "&limit=1&category=user&types=userCreated,userRenamed>; rel=\"next\"");
}

TEST_F(the_log, names_the_parameters_that_break_rules) {
  three_events();
  for (const char* query : {"after=-1", "after=x", "after=", "limit=0", "limit=1001", "types=", "types=userRenamd",
                            "category=usr", "afterwards=1", "after=1&after=2"}) {
    expect_problem(get("/events?" + std::string(query)), 422, "validation");
  }
  EXPECT_THAT(get("/events?types=userRenamd").body, HasSubstr(R"(did you mean \"userRenamed\"?)"));
  EXPECT_THAT(get("/events?category=usr").body, HasSubstr(R"(did you mean \"user\"?)"));
}

TEST_F(the_log, comes_in_thrift_and_as_cloud_events_too) {
  three_events();
  const answer batch = get("/events?types=userRenamed", {{"Accept", "application/cloudevents-batch+json"}});
  EXPECT_EQ(json(batch)[0]["weirposition"], "2");
  const answer struct_ = get("/events?limit=1", {{"Accept", "application/vnd.apache.thrift.json"}});
  EXPECT_THAT(struct_.body, HasSubstr(R"("3":{"i64":1},"4":{"i64":3})"));  // lastPosition, headPosition
  EXPECT_TRUE(struct_.has("link"));
}

TEST_F(the_log, comes_as_lines_to_its_head) {
  three_events();
  const answer got = get("/events?after=1", {{"Accept", "application/x-ndjson"}});
  EXPECT_EQ(got.field("content-type"), "application/x-ndjson");
  EXPECT_EQ(got.field("weir-position"), "3");
  EXPECT_THAT(positions_of_lines(got.body), ElementsAre(2, 3));
  EXPECT_THAT(positions_of_lines(get("/events?limit=1", {{"Accept", "application/x-ndjson"}}).body), ElementsAre(1));
  EXPECT_THAT(get("/events?after=3", {{"Accept", "application/x-ndjson"}}).body, IsEmpty());
  EXPECT_THAT(positions_of_lines(get("/events?types=userCreated", {{"Accept", "application/x-ndjson"}}).body),
              ElementsAre(1, 3));
}

TEST_F(the_log, comes_as_lines_over_many_pieces) {
  for (int n = 0; n < 40; ++n) {
    const std::string id = "u" + std::to_string(n);
    command(R"({"createUser":{"userId":")" + id + R"(","name":")" + std::string(190, 'x') + R"(","email":")" + id +
            R"(@example.org"}})");
  }
  for (int n = 0; n < 300; ++n) rename("u1", std::string(190, n % 2 == 0 ? 'y' : 'z'));
  std::vector<int> every(340);
  std::iota(every.begin(), every.end(), 1);
  EXPECT_EQ(positions_of_lines(get("/events", {{"Accept", "application/x-ndjson"}}).body), every);
  const answer stream = get("/streams/user-u1/events?from=2", {{"Accept", "application/x-ndjson"}});
  EXPECT_EQ(positions_of_lines(stream.body).size(), 300u);
}

TEST_F(the_log, of_one_stream_comes_as_lines_too) {
  three_events();
  const fields lines = {{"Accept", "application/x-ndjson"}};
  EXPECT_THAT(positions_of_lines(get("/streams/user-u1/events", lines).body), ElementsAre(1, 2));
  EXPECT_THAT(positions_of_lines(get("/streams/user-u1/events?from=2", lines).body), ElementsAre(2));
  EXPECT_THAT(positions_of_lines(get("/streams/user-u1/events?after=1", lines).body), ElementsAre(2));
  EXPECT_THAT(positions_of_lines(get("/streams/user-u1/events?limit=1", lines).body), ElementsAre(1));
  expect_problem(get("/streams/user-nobody/events", lines), 404, "not-found");
  expect_problem(get("/streams/user-u1/events?direction=backward", lines), 422, "validation");
  expect_problem(get("/streams/user-u1/events?after=1&from=1", lines), 422, "validation");
}

TEST_F(the_log, over_http_1_0_ends_with_the_connection) {
  three_events();
  client old = connect();
  old.send("GET /events HTTP/1.0\r\nAccept: application/x-ndjson\r\n\r\n");
  const answer got = old.read();
  EXPECT_FALSE(got.has("transfer-encoding"));
  EXPECT_THAT(positions_of_lines(got.body), ElementsAre(1, 2, 3));
}

TEST_F(the_log, answers_head_without_a_body) {
  three_events();
  for (const char* type : {"application/json", "application/x-ndjson", "text/event-stream"}) {
    const answer got = request("HEAD", "/events", {{"Accept", type}});
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("content-type"), type);
    EXPECT_EQ(got.field("weir-position"), "3");
  }
  EXPECT_EQ(get("/users/u1").status, 200);  // on the same connection
}

class waiting_for_the_log : public the_log {};

TEST_F(waiting_for_the_log, ends_with_a_first_event_that_is_wanted) {
  create("u1");
  client waiting = connect();
  waiting.send(ask("/events?after=head&types=userRenamed", {{"Prefer", "wait=60"}}));
  // Growth that is not wanted goes by; the answer says how far was read.
  while (get("/metrics").body.find("weir_http_subscribers{kind=\"pages\"} 1") == std::string::npos) {
  }
  create("u2");
  rename("u2", "B");
  const answer got = waiting.read();
  EXPECT_THAT(positions(got), ElementsAre(3));
  EXPECT_EQ(got.field("preference-applied"), "wait=60");
}

TEST_F(waiting_for_the_log, is_over_when_the_time_is) {
  create("u1");
  const answer got = get("/events?after=1", {{"Prefer", "wait=1"}});
  EXPECT_THAT(positions(got), IsEmpty());
  EXPECT_EQ(json(got)["lastPosition"], 1);
  EXPECT_EQ(get("/events?after=1", {{"Prefer", "wait=soon"}}).has("preference-applied"), false);
}

TEST_F(waiting_for_the_log, is_not_needed_if_there_is_an_event) {
  three_events();
  EXPECT_THAT(positions(get("/events", {{"Prefer", "wait=60"}})), ElementsAre(1, 2, 3));
}

TEST_F(waiting_for_the_log, is_done_for_lines_too) {
  create("u1");
  client waiting = connect();
  waiting.send(ask("/events?after=1", {{"Prefer", "wait=60"}, {"Accept", "application/x-ndjson"}}));
  while (get("/metrics").body.find("weir_http_subscribers{kind=\"ndjson\"} 1") == std::string::npos) {
  }
  create("u2");
  EXPECT_THAT(positions_of_lines(waiting.read().body), ElementsAre(2));
}

TEST_F(waiting_for_the_log, ends_at_once_when_the_server_stops) {
  create("u1");
  client waiting = connect();
  waiting.send(ask("/events?after=1", {{"Prefer", "wait=60"}}));
  while (get("/metrics").body.find("weir_http_subscribers{kind=\"pages\"} 1") == std::string::npos) {
  }
  const auto begun = std::chrono::steady_clock::now();
  stop_server();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_THAT(positions(waiting.read()), IsEmpty());
}

TEST_F(waiting_for_the_log, ends_when_the_client_says_that_nothing_more_comes) {
  create("u1");
  client waiting = connect();
  waiting.send(ask("/events?after=1", {{"Prefer", "wait=60"}})).finish_sending();
  EXPECT_THAT(positions(waiting.read()), IsEmpty());
}

}  // namespace
}  // namespace weir::api::test
