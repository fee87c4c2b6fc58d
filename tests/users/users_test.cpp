#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "testing/scenario.hpp"
#include "users/domain.hpp"

namespace weir {
namespace {

std::string created(const std::string& id, const std::string& name, const std::string& email) {
  return R"({"userCreated":{"userId":")" + id + R"(","name":")" + name + R"(","email":")" + email + R"("}})";
}
std::string create(const std::string& id, const std::string& name, const std::string& email) {
  return R"({"createUser":{"userId":")" + id + R"(","name":")" + name + R"(","email":")" + email + R"("}})";
}
std::string renamed(const std::string& id, const std::string& name) {
  return R"({"userRenamed":{"userId":")" + id + R"(","name":")" + name + R"("}})";
}
std::string rename(const std::string& id, const std::string& name) {
  return R"({"renameUser":{"userId":")" + id + R"(","name":")" + name + R"("}})";
}
std::string email_changed(const std::string& id, const std::string& email, const std::string& previous) {
  return R"({"userEmailChanged":{"userId":")" + id + R"(","email":")" + email + R"(","previousEmail":")" + previous +
         R"("}})";
}
std::string change_email(const std::string& id, const std::string& email) {
  return R"({"changeEmail":{"userId":")" + id + R"(","email":")" + email + R"("}})";
}
std::string deactivated(const std::string& id) { return R"({"userDeactivated":{"userId":")" + id + R"("}})"; }
std::string deactivate(const std::string& id) { return R"({"deactivateUser":{"userId":")" + id + R"("}})"; }
std::string reactivated(const std::string& id) { return R"({"userReactivated":{"userId":")" + id + R"("}})"; }
std::string reactivate(const std::string& id) { return R"({"reactivateUser":{"userId":")" + id + R"("}})"; }

class user : public ::testing::Test, public testing::scenario {
 protected:
  user() : scenario(users::users()) {}
  const std::string ada = created("u1", "Ada", "ada@example.org");
  const std::string nameless = R"({"userCreated":{"userId":"u1"}})";
  const std::string email_first_set = R"({"userEmailChanged":{"userId":"u1","email":"ada@example.org"}})";
};

TEST_F(user, is_created) {
  when(create("u1", "Ada", "ada@example.org")).then({created("u1", "Ada", "ada@example.org")});
}

TEST_F(user, is_created_without_a_name_or_an_email) {
  when(R"({"createUser":{"userId":"u1"}})").then({R"({"userCreated":{"userId":"u1"}})"});
  when(R"({"createUser":{"userId":"u2","name":"Ada"}})").then({R"({"userCreated":{"userId":"u2","name":"Ada"}})"});
  when(R"({"createUser":{"userId":"u3","email":"a@example.org"}})")
      .then({R"({"userCreated":{"userId":"u3","email":"a@example.org"}})"});
}

TEST_F(user, without_an_email_takes_none_from_others) {
  given(nameless).given(R"({"userCreated":{"userId":"u2"}})");
  when(R"({"createUser":{"userId":"u3"}})").then({R"({"userCreated":{"userId":"u3"}})"});
  when(create("u4", "Ada", "ada@example.org")).then({created("u4", "Ada", "ada@example.org")});
}

TEST_F(user, without_a_name_is_given_one) { given(nameless).when(rename("u1", "Ada")).then({renamed("u1", "Ada")}); }

TEST_F(user, without_an_email_is_given_one) {
  given(nameless).when(change_email("u1", "ada@example.org")).then({email_first_set});
}

TEST_F(user, keeps_an_email_reserved_that_was_given_later) {
  given(nameless)
      .given(email_first_set)
      .when(create("u2", "Eve", "ADA@example.org"))
      .then_refused(R"(EmailTaken{"email":"ADA@example.org"})");
}

TEST_F(user, without_an_email_cannot_take_another_users) {
  given(nameless)
      .given(created("u2", "Eve", "eve@example.org"))
      .when(change_email("u1", "Eve@example.org"))
      .then_refused(R"(EmailTaken{"email":"Eve@example.org"})");
}

TEST_F(user, is_created_once) {
  given(ada).when(create("u1", "Eve", "eve@example.org")).then_refused(R"(UserAlreadyExists{"userId":"u1"})");
}

TEST_F(user, stays_existing_while_inactive) {
  given(ada)
      .given(deactivated("u1"))
      .when(create("u1", "Eve", "eve@example.org"))
      .then_refused(R"(UserAlreadyExists{"userId":"u1"})");
}

TEST_F(user, refuses_an_email_another_user_has) {
  given(ada).when(create("u2", "Eve", "ada@example.org")).then_refused(R"(EmailTaken{"email":"ada@example.org"})");
}

TEST_F(user, refuses_an_email_another_user_has_in_another_case) {
  given(ada).when(create("u2", "Eve", "ADA@Example.ORG")).then_refused(R"(EmailTaken{"email":"ADA@Example.ORG"})");
}

TEST_F(user, refuses_an_email_an_inactive_user_has) {
  given(ada)
      .given(deactivated("u1"))
      .when(create("u2", "Eve", "ada@example.org"))
      .then_refused(R"(EmailTaken{"email":"ada@example.org"})");
}

TEST_F(user, is_renamed) { given(ada).when(rename("u1", "Ada L.")).then({renamed("u1", "Ada L.")}); }

TEST_F(user, keeps_the_same_name_without_an_event) { given(ada).when(rename("u1", "Ada")).then_nothing_happens(); }

TEST_F(user, renamed_must_exist) { when(rename("u1", "Ada")).then_refused(R"(UserNotFound{"userId":"u1"})"); }

TEST_F(user, renamed_must_be_active) {
  given(ada).given(deactivated("u1")).when(rename("u1", "Eve")).then_refused(R"(UserInactive{"userId":"u1"})");
}

TEST_F(user, moves_to_another_email) {
  given(ada).when(change_email("u1", "ada@x.org")).then({email_changed("u1", "ada@x.org", "ada@example.org")});
}

TEST_F(user, keeps_the_same_email_without_an_event) {
  given(ada).when(change_email("u1", "ada@example.org")).then_nothing_happens();
}

TEST_F(user, may_change_the_case_of_the_own_email) {
  given(ada)
      .when(change_email("u1", "Ada@Example.org"))
      .then({email_changed("u1", "Ada@Example.org", "ada@example.org")});
}

TEST_F(user, keeps_the_email_reserved_after_changing_its_case) {
  given(ada)
      .given(email_changed("u1", "Ada@Example.org", "ada@example.org"))
      .when(create("u2", "Eve", "ADA@EXAMPLE.ORG"))
      .then_refused(R"(EmailTaken{"email":"ADA@EXAMPLE.ORG"})");
}

TEST_F(user, cannot_move_to_an_email_another_user_has) {
  given(ada)
      .given(created("u2", "Eve", "eve@example.org"))
      .when(change_email("u2", "Ada@example.org"))
      .then_refused(R"(EmailTaken{"email":"Ada@example.org"})");
}

TEST_F(user, leaves_an_email_free_for_others) {
  given(ada)
      .given(email_changed("u1", "ada@x.org", "ada@example.org"))
      .when(create("u2", "Eve", "ada@example.org"))
      .then({created("u2", "Eve", "ada@example.org")});
}

TEST_F(user, moving_must_exist) {
  when(change_email("u1", "a@example.org")).then_refused(R"(UserNotFound{"userId":"u1"})");
}

TEST_F(user, moving_must_be_active) {
  given(ada)
      .given(deactivated("u1"))
      .when(change_email("u1", "a@example.org"))
      .then_refused(R"(UserInactive{"userId":"u1"})");
}

TEST_F(user, leaves) { given(ada).when(deactivate("u1")).then({deactivated("u1")}); }

TEST_F(user, leaves_for_a_reason) {
  given(ada)
      .when(R"({"deactivateUser":{"userId":"u1","reason":"moved"}})")
      .then({R"({"userDeactivated":{"userId":"u1","reason":"moved"}})"});
}

TEST_F(user, leaves_once) {
  given(ada).given(deactivated("u1")).when(deactivate("u1")).then_refused(R"(UserInactive{"userId":"u1"})");
}

TEST_F(user, leaving_must_exist) { when(deactivate("u1")).then_refused(R"(UserNotFound{"userId":"u1"})"); }

TEST_F(user, comes_back) { given(ada).given(deactivated("u1")).when(reactivate("u1")).then({reactivated("u1")}); }

TEST_F(user, comes_back_only_after_leaving) {
  given(ada).when(reactivate("u1")).then_refused(R"(UserActive{"userId":"u1"})");
}

TEST_F(user, coming_back_must_exist) { when(reactivate("u1")).then_refused(R"(UserNotFound{"userId":"u1"})"); }

TEST_F(user, is_shown_as_it_is_now) {
  given(ada).given(renamed("u1", "Ada L.")).given(deactivated("u1"));
  EXPECT_EQ(ask("getUser", R"({"userId":"u1"})"),
            R"({"userId":"u1","name":"Ada L.","email":"ada@example.org","status":"INACTIVE",)"
            R"("createdAt":"2026-11-23T03:20:00.000000Z","updatedAt":"2026-11-23T03:20:02.000000Z","sequence":3})");
}

TEST_F(user, is_shown_without_what_is_not_set) {
  given(nameless);
  EXPECT_EQ(ask("getUser", R"({"userId":"u1"})"),
            R"({"userId":"u1","status":"ACTIVE","createdAt":"2026-11-23T03:20:00.000000Z",)"
            R"("updatedAt":"2026-11-23T03:20:00.000000Z","sequence":1})");
  given(email_first_set).given(renamed("u1", "Ada"));
  EXPECT_THAT(ask("getUserByEmail", R"({"email":"ADA@example.org"})"),
              ::testing::HasSubstr(R"("name":"Ada","email":"ada@example.org","status")"));
}

TEST_F(user, is_not_found_before_being_created) {
  EXPECT_EQ(ask("getUser", R"({"userId":"u1"})"), R"(UserNotFound{"userId":"u1"})");
}

TEST_F(user, is_found_by_email_in_any_case) {
  given(ada).given(email_changed("u1", "Ada@x.org", "ada@example.org"));
  EXPECT_THAT(ask("getUserByEmail", R"({"email":"aDA@X.ORG"})"), ::testing::HasSubstr(R"("userId":"u1")"));
  EXPECT_EQ(ask("getUserByEmail", R"({"email":"ada@example.org"})"), R"(EmailNotFound{"email":"ada@example.org"})");
}

class users_list : public user {
 protected:
  users_list() {
    for (const auto* id : {"a", "b", "c", "d", "e"}) {
      given(created(id, std::string("Name ") + id, std::string(id) + "@example.org"));
    }
    given(deactivated("b"));
  }
  std::string ids(const std::string& query) {
    const auto json = nlohmann::json::parse(ask("listUsers", query));
    std::string found;
    for (const auto& one : json["users"]) found += one["userId"].get<std::string>();
    if (json.contains("next")) found += "|" + json["next"].get<std::string>();
    return found;
  }
};

TEST_F(users_list, is_ordered_by_id_and_ends_without_next) { EXPECT_EQ(ids("{}"), "abcde"); }

TEST_F(users_list, goes_on_where_the_page_before_ended) {
  EXPECT_EQ(ids(R"({"limit":2})"), "ab|b");
  EXPECT_EQ(ids(R"({"limit":2,"cursor":"b"})"), "cd|d");
  EXPECT_EQ(ids(R"({"limit":2,"cursor":"d"})"), "e");
}

TEST_F(users_list, that_fits_the_limit_has_no_next) { EXPECT_EQ(ids(R"({"limit":5})"), "abcde"); }

TEST_F(users_list, filters_by_status) {
  EXPECT_EQ(ids(R"({"status":"INACTIVE"})"), "b");
  EXPECT_EQ(ids(R"({"status":"ACTIVE","limit":2})"), "ac|c");
}

TEST_F(users_list, filters_by_the_beginning_of_the_name) {
  given(renamed("d", "Zoe"));
  EXPECT_EQ(ids(R"({"namePrefix":"Zo"})"), "d");
  EXPECT_EQ(ids(R"({"namePrefix":"zo"})"), "");
}

TEST_F(users_list, has_users_without_a_name_only_if_no_beginning_is_asked_for) {
  given(R"({"userCreated":{"userId":"f"}})");
  EXPECT_EQ(ids("{}"), "abcdef");
  EXPECT_EQ(ids(R"({"namePrefix":""})"), "abcdef");
  EXPECT_EQ(ids(R"({"namePrefix":"N"})"), "abcde");
}

TEST_F(users_list, looks_at_a_bounded_number_of_rows) {
  for (std::size_t i = 0; i < limits::scanned_rows_max; ++i) {
    const std::string id = "x" + std::to_string(1'000'000 + i);
    given(created(id, "Many", id + "@example.org"));
  }
  given(created("y", "Last", "y@example.org"));
  const std::string page = ids(R"({"namePrefix":"Last"})");
  EXPECT_TRUE(page.starts_with("|x")) << page;
  EXPECT_EQ(ids(R"({"namePrefix":"Last","cursor":")" + page.substr(1) + R"("})"), "y");
}

TEST_F(user, signups_are_counted_by_day) {
  at("2026-11-01T23:59:59Z").given(created("a", "A", "a@example.org"));
  at("2026-11-02T00:00:00Z").given(created("b", "B", "b@example.org")).given(deactivated("a"));
  at("2026-11-05T12:00:00Z").given(created("c", "C", "c@example.org"));
  EXPECT_EQ(ask("getSignups", R"({"from":"2026-11-01","to":"2026-11-04"})"),
            R"({"days":[{"day":"2026-11-01","created":1,"deactivated":0},)"
            R"({"day":"2026-11-02","created":1,"deactivated":1}]})");
}

}  // namespace
}  // namespace weir
