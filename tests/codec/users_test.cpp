#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/compact.hpp"
#include "codec/nasty.hpp"
#include "users/binding.hpp"

namespace weir::codec {
namespace {

using testing::ElementsAre;
using testing::Pair;

const schema::structure& users_shape(std::string_view name) { return *users::binding::idl()->find(name); }

TEST(users_json, is_what_the_interface_shows) {
  const auto& commands = users_shape("Command");
  const char* const table[] = {
      R"({"createUser":{"userId":"u1","name":"Ada","email":"ada@example.org"}})",
      R"({"renameUser":{"userId":"u1","name":"Ada Lovelace"}})",
      R"({"changeEmail":{"userId":"u1","email":"a.b+c@mail.example.org"}})",
      R"({"deactivateUser":{"userId":"u1","reason":"Moved to another company"}})",
      R"({"deactivateUser":{"userId":"u1"}})",
      R"({"reactivateUser":{"userId":"A_b.c-9"}})",
  };
  for (const char* json : table) EXPECT_EQ(json_of(bytes_of(from_json(json, commands)), commands), json);
}

TEST(users_json, is_what_the_generated_structs_hold) {
  const auto& commands = users_shape("Command");
  const std::string bytes =
      bytes_of(from_json(R"({"createUser":{"userId":"u1","name":"Ada","email":"ada@example.org"}})", commands));
  const auto command = decode<users::CreateUserCommand>(member_of(bytes, commands)->bytes);
  EXPECT_EQ(command.userId, "u1");
  EXPECT_EQ(command.name, "Ada");
  EXPECT_EQ(command.email, "ada@example.org");
  EXPECT_EQ(wrap(*commands.find("createUser"), encode(command)), bytes);
  EXPECT_EQ(*expand(*users_shape("CreateUserCommand").stream, encode(command), users_shape("CreateUserCommand")),
            "user-u1");
}

TEST(users_json, shows_a_user) {
  users::User user;
  user.__set_userId("u1");
  user.__set_name("Ada");
  user.__set_email("ada@example.org");
  user.__set_status(users::UserStatus::ACTIVE);
  user.__set_createdAt(1795404000123456);
  user.__set_updatedAt(1795404000000000);
  user.__set_sequence(3);
  EXPECT_EQ(
      json_of(encode(user), users_shape("User")),
      R"({"userId":"u1","name":"Ada","email":"ada@example.org","status":"ACTIVE","createdAt":"2026-11-23T03:20:00.123456Z",)"
      R"("updatedAt":"2026-11-23T03:20:00.000000Z","sequence":3})");
  EXPECT_EQ(field_text(encode(user), users_shape("User"), *users_shape("User").find("sequence")), "3");
}

TEST(users_json, names_members_that_thrift_reserves) {
  users::UserList page;
  page.__set_nextCursor("u9");
  EXPECT_EQ(json_of(encode(page), users_shape("UserList")), R"({"users":[],"next":"u9"})");
  const auto& query = users_shape("GetSignupsQuery");
  const auto bytes = bytes_of(from_parameters({{"from", "2026-11-01"}, {"to", "2026-11-30"}}, query));
  EXPECT_EQ(decode<users::GetSignupsQuery>(bytes).lastDay, "2026-11-30");
}

TEST(users_json, tells_a_newcomer_everything_that_is_wrong) {
  EXPECT_THAT(
      violations_of(from_json(R"({"createUser":{"userid":"u 1","name":"","email":"ada"}})", users_shape("Command"))),
      ElementsAre(Pair("/createUser/userid", "is no member of CreateUserCommand (did you mean \"userId\"?)"),
                  Pair("/createUser/name", "must have at least 1 character, and has 0"),
                  Pair("/createUser/email", testing::StartsWith("must match the pattern ^[")),
                  Pair("/createUser/userId", "is required")));
}

TEST(users_json, takes_addresses_that_are_plausible_and_no_others) {
  const auto good = [](const std::string& email) {
    const auto& shape = users_shape("GetUserByEmailQuery");
    return std::holds_alternative<std::string>(from_parameters({{"email", email}}, shape));
  };
  for (const char* email : {"a@b.co", "ada.lovelace+x@sub.example.org", "A@EXAMPLE.ORG"})
    EXPECT_TRUE(good(email)) << email;
  for (const char* email : {"", "a", "@b.co", "a@", "a@b", "a b@c.org", "a@b..org", "a@-b.org", "a@b.c", "a@b.org\n"}) {
    EXPECT_FALSE(good(email)) << email;
  }
  EXPECT_FALSE(good(std::string(65, 'a') + "@example.org"));
}

TEST(users_json, limits_pages) {
  const auto& shape = users_shape("ListUsersQuery");
  EXPECT_THAT(violations_of(from_parameters({{"limit", "0"}, {"status", "ACTVE"}}, shape)),
              ElementsAre(Pair("/limit", "must be at least 1"),
                          Pair("/status", "must be one of ACTIVE, INACTIVE (did you mean \"ACTIVE\"?)")));
  EXPECT_EQ(decode<users::ListUsersQuery>(bytes_of(from_parameters({}, shape))).limit, 50);
}

}  // namespace
}  // namespace weir::codec
