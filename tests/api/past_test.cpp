// Queries of one stream as it was at a moment.
#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;

class the_past_over_http : public api {
 protected:
  void three_names() {
    create("u1");
    create("other");
    for (const char* name : {"B", "C"}) {
      command(R"({"renameUser": {"userId": "u1", "name": ")" + std::string(name) + R"("}})");
    }
  }
  std::string recorded_at(int sequence) {
    return json(get("/streams/user-u1/events?from=" + std::to_string(sequence)))["events"][0]["recordedAt"];
  }
};

TEST_F(the_past_over_http, is_asked_for_by_sequence) {
  three_names();
  const answer got = get("/users/u1?atSequence=2");
  EXPECT_EQ(json(got)["name"], "B");
  EXPECT_EQ(json(got)["sequence"], 2);
  EXPECT_EQ(got.field("etag"), "\"2\"");
  EXPECT_EQ(got.field("weir-position"), "3");
  EXPECT_EQ(json(get("/users/u1?atSequence=3")), json(get("/users/u1")));
  EXPECT_EQ(get("/users/u1?atSequence=2", {{"If-None-Match", "\"2\""}}).status, 304);
}

TEST_F(the_past_over_http, is_asked_for_by_time) {
  three_names();
  EXPECT_EQ(json(get("/users/u1?at=" + recorded_at(1)))["name"], "Ada");
  EXPECT_EQ(json(get("/users/u1?at=" + recorded_at(2)))["name"], "B");
  EXPECT_EQ(json(get("/users/u1?at=" + recorded_at(3)))["name"], "C");
}

TEST_F(the_past_over_http, is_not_found_before_it_began_or_beyond_where_it_is) {
  three_names();
  expect_problem(get("/users/u1?at=2001-01-01T00:00:00Z"), 404, "not-found");
  expect_problem(get("/users/u1?atSequence=4"), 404, "not-found");
  EXPECT_THAT(get("/users/u1?atSequence=4").body, HasSubstr("is at sequence 3"));
  expect_problem(get("/users/nobody?atSequence=1"), 404, "not-found");
}

TEST_F(the_past_over_http, is_refused_with_the_parameter_that_is_wrong) {
  three_names();
  const auto pointers = [&](std::string_view query) {
    const answer got = get("/users/u1?" + std::string(query));
    expect_problem(got, 422, "validation");
    std::set<std::string> found;
    const auto problem = json(got);
    for (const auto& each : problem["errors"]) found.insert(each["pointer"]);
    return found;
  };
  using set = std::set<std::string>;
  EXPECT_EQ(pointers("at=yesterday"), set{"/at"});
  EXPECT_EQ(pointers("at=2999-01-01T00:00:00Z"), set{"/at"});
  EXPECT_EQ(pointers("atSequence=0"), set{"/atSequence"});
  EXPECT_EQ(pointers("atSequence=x&colour=red"), (set{"/atSequence", "/colour"}));
  EXPECT_EQ(pointers("atSequence=1&at=2001-01-01T00:00:00Z"), set{"/at"});
  expect_problem(get("/users?atSequence=1"), 422, "validation");  // no query of one stream
}

TEST_F(the_past_over_http, is_folded_from_streams_of_any_length) {
  create("u1");
  std::string array;
  for (int n = 2; n <= 1000; ++n) {
    array += array.empty() ? "[" : ",";
    array += R"({"renameUser":{"userId":"u1","name":"Name )" + std::to_string(n) + R"("}})";
  }
  EXPECT_EQ(command(array + "]").status, 200);
  EXPECT_EQ(json(get("/users/u1?atSequence=999"))["name"], "Name 999");
}

}  // namespace
}  // namespace weir::api::test
