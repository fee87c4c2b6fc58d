#include <gmock/gmock.h>

#include "api/api_fixture.hpp"
#include "log/format_version.hpp"

namespace weir::api::test {
namespace {

class administration : public api {
 protected:
  nlohmann::ordered_json projection(const std::string& name) {
    const auto all_projections = json(get("/admin/projections"));
    for (const auto& one : all_projections["projections"]) {
      if (one["name"] == name) return one;
    }
    return nullptr;
  }
  /// As a start of the server leaves the store.
  void mark_the_format() {
    auto changes = data->begin();
    put_format_version(*data, changes);
    data->write(changes, store::durability::durable).value();
  }
};

TEST_F(administration, tells_how_the_projections_stand) {
  create("u1");
  const answer got = get("/admin/projections");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-type"), "application/json");
  EXPECT_EQ(got.field("weir-position"), "1");
  EXPECT_EQ(projection("users").dump(),
            R"({"name":"users","domain":"users","version":1,"mode":"inline","state":"live","headPosition":1,)"
            R"("position":1,"lag":0})");
}

TEST_F(administration, tells_it_as_of_a_position_that_is_asked_for) {
  create("u1");
  const auto asked = [&](const char* position) {
    return request("GET", "/admin/projections", {{"Weir-Min-Position", position}, {"Prefer", "wait=0"}});
  };
  EXPECT_EQ(asked("1").status, 200);
  expect_problem(asked("2"), 503, "unavailable");
  expect_problem(asked("-1"), 400, "malformed-request");
}

TEST_F(administration, verifies_the_data_when_it_is_asked_to) {
  mark_the_format();
  create("u1");
  EXPECT_EQ(get("/admin/verify").body, R"({"state":"idle"})");
  const answer begun = request("POST", "/admin/verify");
  EXPECT_EQ(begun.status, 202);
  EXPECT_EQ(begun.field("location"), "/admin/verify");
  nlohmann::ordered_json now;
  do {
    now = json(get("/admin/verify"));
  } while (now["state"] == "running");
  EXPECT_EQ(now["last"]["result"], "sound") << now;
  EXPECT_EQ(now["last"]["read"]["events"], 1);
  EXPECT_EQ(now["last"]["position"], 1);
  const auto health = json(get("/health/ready"));
  EXPECT_EQ(health["checks"]["data"][0]["status"], "pass") << health;
  expect_problem(request("POST", "/admin/verify?all"), 422, "validation");
  expect_problem(request("POST", "/admin/verify", {{"Origin", "https://elsewhere.example"}}), 403, "forbidden");
}

TEST_F(administration, warns_of_faults_in_the_data) {
  mark_the_format();
  auto changes = data->begin();
  changes.put(data->find("streams"), "user-u9", "no head");
  data->write(changes, store::durability::durable).value();
  request("POST", "/admin/verify");
  nlohmann::ordered_json now;
  do {
    now = json(get("/admin/verify"));
  } while (now["state"] == "running");
  EXPECT_EQ(now["last"]["faultsFound"], 1) << now;
  EXPECT_EQ(now["last"]["faults"][0]["key"], "user-u9");
  const answer ready = get("/health/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(json(ready)["status"], "warn");
  EXPECT_THAT(std::string(json(ready)["checks"]["data"][0]["output"]), ::testing::HasSubstr("1 fault was found"));
}

TEST_F(administration, builds_a_projection_anew) {
  create("u1");
  auto damage = data->begin();
  damage.erase(data->find("view.users.1"), "u1");
  ASSERT_TRUE(data->write(damage, store::durability::durable));
  EXPECT_EQ(get("/users/u1").status, 404);
  const answer begun = request("POST", "/admin/projections/users/rebuild");
  EXPECT_EQ(begun.status, 202) << begun.body;
  EXPECT_EQ(begun.field("location"), "/admin/projections");
  EXPECT_EQ(json(begun)["name"], "users");
  while (projection("users")["state"] != "live") {
  }
  EXPECT_EQ(get("/users/u1").status, 200);
}

TEST_F(administration, does_not_know_other_projections) {
  expect_problem(request("POST", "/admin/projections/nothing/rebuild"), 404, "not-found");
  expect_problem(get("/admin/projections/users/rebuild"), 405, "method-not-allowed");
}

TEST_F(administration, is_not_for_pages_of_other_origins) {
  const auto rebuild = [&](std::string_view origin) {
    return request("POST", "/admin/projections/users/rebuild", {{"Origin", origin}});
  };
  expect_problem(rebuild("https://evil.example"), 403, "forbidden");
  expect_problem(rebuild("null"), 403, "forbidden");
  EXPECT_EQ(rebuild("http://test").status, 202) << "the server's own pages";
}

TEST_F(administration, shows_projections_in_the_readiness) {
  const auto ready = json(get("/health/ready"));
  EXPECT_EQ(ready["status"], "pass");
  EXPECT_EQ(ready["checks"]["projection:users"][0]["status"], "pass");
  EXPECT_EQ(ready["checks"]["projection:users"][0]["observedValue"], 0);
}

}  // namespace
}  // namespace weir::api::test
