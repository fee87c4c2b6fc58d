// That a query over many rows, and a search of the log, leave others their turn on the thread.
#include <thread>

#include <gmock/gmock.h>

#include "api/api_fixture.hpp"
#include "support/held_query.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// One I/O thread, over users that are listed when the test lets them be.
class turns : public api {
 protected:
  turns() { restart(); }  // with the domain of this class
  ~turns() override { listing.release(); }

  std::vector<domain> domains() override {
    std::vector<domain> listed;
    listed.push_back(weir::testing::held_query::users());
    return listed;
  }

  void create_many(int count) {
    std::string commands;
    for (int i = 0; i < count; ++i) {
      const std::string id = "u" + std::to_string(created_++);
      commands += commands.empty() ? "[" : ",";
      commands += R"({"createUser":{"userId":")" + id + R"(","name":"Ada","email":")" + id + R"(@example.org"}})";
    }
    EXPECT_EQ(command(commands + "]").status, 200);
  }
  static std::string ask(std::string_view path) { return text("GET", path, {}, {}); }

  weir::testing::held_query listing;

 private:
  int created_ = 0;
};

constexpr std::string_view of_all_rows = "/users?namePrefix=Nobody";

TEST_F(turns, come_while_a_query_over_many_rows_is_answered) {
  create_many(300);
  client patient = connect();
  listing.hold();
  patient.send(ask(of_all_rows));
  ASSERT_TRUE(listing.await());
  EXPECT_EQ(get("/users/u7").status, 200);
  EXPECT_EQ(create("after").status, 200);
  listing.release();
  const answer got = patient.read();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(json(got)["users"].size(), 0u);
  EXPECT_EQ(got.field("weir-position"), "300");  // as it was when the query was answered
}

TEST_F(turns, are_not_waited_for_where_few_rows_are_looked_at) {
  create_many(300);
  EXPECT_EQ(get("/users?limit=100").status, 200);
  EXPECT_EQ(listing.begun(), 1);
  EXPECT_EQ(get(of_all_rows).status, 200);
  EXPECT_EQ(listing.begun(), 3);  // given up on the thread that asks, and begun anew
}

TEST_F(turns, give_the_same_answer_wherever_it_is_made) {
  create_many(300);
  const auto first = json(get("/users?limit=100"))["users"];
  const auto whole = json(get("/users?limit=1000"))["users"];
  ASSERT_EQ(whole.size(), 300u);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i], whole[i]);
}

TEST_F(turns, are_refused_where_too_many_queries_wait) {
  query_options.threads = 1;
  query_options.queued_max = 0;
  create_many(300);
  client patient = connect();
  listing.hold();
  patient.send(ask(of_all_rows));
  ASSERT_TRUE(listing.await());
  const answer got = get(of_all_rows);
  expect_problem(got, 503, "overloaded");
  EXPECT_EQ(got.field("retry-after"), "1");
  EXPECT_EQ(get("/users/u7").status, 200) << "it takes no thread but its own";
  listing.release();
  EXPECT_EQ(patient.read().status, 200);
}

TEST_F(turns, are_waited_for_when_the_server_stops) {
  create_many(300);
  client patient = connect();
  listing.hold();
  patient.send(ask(of_all_rows));
  ASSERT_TRUE(listing.await());
  std::thread stop([this] { stop_server(); });
  listing.release();
  EXPECT_EQ(patient.read().status, 200);
  stop.join();
}

TEST_F(turns, come_while_the_log_is_searched) {
  for (int i = 0; i < 4; ++i) create_many(1'000);
  client blocker = connect();
  client searching = connect();
  client brief = connect();
  for (client* each : {&searching, &brief}) ASSERT_EQ(each->get("/health/live").status, 200);
  // Both requests are there before the thread can look at either, the long one first.
  listing.hold();
  blocker.send(ask("/users?limit=1"));
  ASSERT_TRUE(listing.await());
  searching.send(ask("/events?types=userRenamed"));
  brief.send(ask("/metrics"));
  listing.release();
  EXPECT_EQ(blocker.read().status, 200);
  const answer metrics = brief.read();
  EXPECT_THAT(metrics.body, HasSubstr("weir_http_requests_total{route=\"/users\""));
  EXPECT_THAT(metrics.body, Not(HasSubstr("weir_http_requests_total{route=\"/events\""))) << "it was answered first";
  const answer found = searching.read();
  EXPECT_EQ(json(found)["events"].size(), 0u);
  EXPECT_EQ(json(found)["lastPosition"], 4'000);
}

}  // namespace
}  // namespace weir::api::test
