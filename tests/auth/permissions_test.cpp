#include "auth/permissions.hpp"

#include <gtest/gtest.h>

#include "auth/access_file.hpp"

namespace weir::auth {
namespace {

const permissions& of(const std::string& role) {
  static std::map<std::string, permissions> made;
  return made.try_emplace(role, ready_made_roles().at(role)).first->second;
}

TEST(permissions, refuse_what_is_not_granted) {
  const permissions& none = *permissions::nothing();
  EXPECT_FALSE(none.may_command("users", "createUser"));
  EXPECT_FALSE(none.may_query("users", "getUser"));
  EXPECT_FALSE(none.may_read_category("user"));
  EXPECT_FALSE(none.may_read_some_events());
  EXPECT_FALSE(none.may_read_stream("user-u1"));
  for (const auto& action : admin_actions()) EXPECT_FALSE(none.may_administer(action));
  EXPECT_FALSE(none.may_read_metrics());
}

TEST(permissions, allow_everything_without_an_access_file) {
  const permissions& all = *permissions::everything();
  EXPECT_TRUE(all.may_command("users", "createUser"));
  EXPECT_TRUE(all.may_query("users", "getUser"));
  EXPECT_TRUE(all.may_read_category("user"));
  EXPECT_TRUE(all.may_read_all_events());
  EXPECT_TRUE(all.may_read_stream("user-u1"));
  for (const auto& action : admin_actions()) EXPECT_TRUE(all.may_administer(action));
  EXPECT_TRUE(all.may_read_metrics());
}

TEST(permissions, are_granted_by_name) {
  const permissions some(grants{{"renameUser"}, {"getUser"}, {"user"}, {}, {"verify"}, false});
  EXPECT_TRUE(some.may_command("users", "renameUser"));
  EXPECT_FALSE(some.may_command("users", "createUser"));
  EXPECT_FALSE(some.may_command("users", "getUser"));
  EXPECT_TRUE(some.may_query("users", "getUser"));
  EXPECT_FALSE(some.may_query("users", "renameUser"));
  EXPECT_TRUE(some.may_administer("verify"));
  EXPECT_FALSE(some.may_administer("rebuild"));
  EXPECT_FALSE(some.may_administer("*"));
}

TEST(permissions, are_granted_by_domain) {
  const permissions some(grants{{"ledger.*"}, {"users.*"}, {}, {}, {}, false});
  EXPECT_TRUE(some.may_command("ledger", "transfer"));
  EXPECT_FALSE(some.may_command("users", "createUser"));
  EXPECT_FALSE(some.may_command("", "createUser"));
  EXPECT_FALSE(some.may_command("users", "ledger.*"));
  EXPECT_TRUE(some.may_query("users", "getUser"));
  EXPECT_FALSE(some.may_query("ledger", "getAccount"));
}

TEST(permissions, to_read_a_category_reach_its_streams_and_no_others) {
  const permissions some(grants{{}, {}, {"user"}, {}, {}, false});
  EXPECT_TRUE(some.may_read_category("user"));
  EXPECT_FALSE(some.may_read_category("users"));
  EXPECT_TRUE(some.may_read_some_events());
  EXPECT_FALSE(some.may_read_all_events());
  EXPECT_TRUE(some.may_read_stream("user-u1"));
  EXPECT_TRUE(some.may_read_stream("user-u1-x"));
  EXPECT_TRUE(some.may_read_stream("user"));
  EXPECT_FALSE(some.may_read_stream("users-u1"));
  EXPECT_FALSE(some.may_read_stream("account-user-u1"));
}

TEST(permissions, to_read_streams_are_granted_by_name_and_by_beginning) {
  const permissions some(grants{{}, {}, {}, {"account-a1", "user-a*"}, {}, false});
  EXPECT_TRUE(some.may_read_stream("account-a1"));
  EXPECT_FALSE(some.may_read_stream("account-a12"));
  EXPECT_FALSE(some.may_read_stream("account-a"));
  EXPECT_TRUE(some.may_read_stream("user-ada"));
  EXPECT_FALSE(some.may_read_stream("user-grace"));
  EXPECT_FALSE(some.may_read_stream("user-a*x") && !some.may_read_stream("user-a"));
  EXPECT_FALSE(some.may_read_some_events());
  EXPECT_FALSE(some.may_read_category("user"));
}

TEST(permissions, of_a_reader_are_to_read) {
  EXPECT_TRUE(of("reader").may_query("users", "getUser"));
  EXPECT_TRUE(of("reader").may_read_all_events());
  EXPECT_TRUE(of("reader").may_read_stream("x"));
  EXPECT_FALSE(of("reader").may_command("users", "createUser"));
  EXPECT_FALSE(of("reader").may_administer("projections"));
  EXPECT_FALSE(of("reader").may_read_metrics());
}

TEST(permissions, of_a_writer_are_to_read_and_to_write) {
  EXPECT_TRUE(of("writer").may_command("users", "createUser"));
  EXPECT_TRUE(of("writer").may_query("users", "getUser"));
  EXPECT_FALSE(of("writer").may_administer("rebuild"));
  EXPECT_FALSE(of("writer").may_read_metrics());
}

TEST(permissions, of_an_operator_are_to_operate_and_to_see_no_data) {
  for (const char* action : {"projections", "rebuild", "backup", "archive", "verify"})
    EXPECT_TRUE(of("operator").may_administer(action));
  EXPECT_FALSE(of("operator").may_administer("erase"));
  EXPECT_TRUE(of("operator").may_read_metrics());
  EXPECT_FALSE(of("operator").may_query("users", "getUser"));
  EXPECT_FALSE(of("operator").may_read_some_events());
  EXPECT_FALSE(of("operator").may_command("users", "createUser"));
}

TEST(permissions, of_an_admin_are_all) { EXPECT_EQ(of("admin").granted(), permissions::everything()->granted()); }

TEST(permissions, of_several_roles_are_their_sum) {
  grants sum = ready_made_roles().at("operator");
  sum.add(grants{{"b", "a"}, {}, {"user"}, {}, {"verify", "erase"}, false});
  sum.add(grants{{"a"}, {}, {}, {}, {}, false});
  EXPECT_EQ(sum.commands, (std::vector<std::string>{"a", "b"}));
  const permissions all(sum);
  EXPECT_TRUE(all.may_command("x", "a") && all.may_administer("erase") && all.may_administer("backup") &&
              all.may_read_metrics());
}

}  // namespace
}  // namespace weir::auth
