#include "server/token_command.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/authenticator.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::Not;

class weir_token : public ::testing::Test {
 protected:
  weir_token() {
    std::ofstream(settings.access_file)
        << R"({"tokens": "tokens.json", "roles": {"support": {"commands": ["renameUser"]}}})";
    settings.name = "web";
    settings.roles = {"support"};
  }

  std::string create() {
    std::ostringstream said;
    const auto done = create_token(settings, now, said);
    return done ? said.str() : done.error().detail;
  }
  std::string list() {
    std::ostringstream said;
    const auto done = list_tokens(settings, now, said);
    return done ? said.str() : done.error().detail;
  }

  weir::testing::temporary_directory directory;
  token_settings settings{directory.path() / "access.json", "", {}, "", ""};
  timestamp now{std::chrono::seconds(1'900'000'000)};
};

TEST_F(weir_token, makes_a_token_that_is_valid_until_it_is_revoked) {
  settings.expires = "90d";
  std::string text = create();
  ASSERT_TRUE(text.starts_with("weir_") && text.ends_with("\n"));
  text.pop_back();
  auto opened = auth::authenticator::open(settings.access_file, {});
  ASSERT_TRUE(opened);
  const auto answer = (*opened)->authenticate(text, now);
  ASSERT_TRUE(std::holds_alternative<auth::session>(answer));
  EXPECT_EQ(std::get<auth::session>(answer).who->name, "web");
  EXPECT_EQ(std::get<auth::session>(answer).expires_at, now + hours(90 * 24));

  settings.id = text.substr(5, 16);
  std::ostringstream said;
  ASSERT_TRUE(revoke_token(settings, now, said));
  EXPECT_EQ(said.str(), "revoked " + settings.id + "\n");
  ASSERT_TRUE((*opened)->reload());
  EXPECT_TRUE(std::holds_alternative<auth::refusal>((*opened)->authenticate(text, now)));
}

TEST_F(weir_token, lists_tokens_without_their_secrets) {
  settings.expires = "1h";
  const std::string text = create();
  settings.expires = "";
  (void)create();
  EXPECT_THAT(list(), HasSubstr("ID                NAME  ROLES    CREATED     EXPIRES     STATE\n" +
                                text.substr(5, 16) + "  web   support  2030-03-17  2030-03-17  valid\n"));
  EXPECT_THAT(list(), HasSubstr("never       valid\n"));
  EXPECT_THAT(list(), Not(HasSubstr(text.substr(22, 64))));
  now += hours(1);
  EXPECT_THAT(list(), HasSubstr("expired\n"));
  std::ofstream(settings.access_file) << R"({"tokens": "tokens.json"})";
  EXPECT_THAT(list(), HasSubstr("support(unknown)"));
}

TEST_F(weir_token, refuses_what_cannot_be) {
  settings.roles = {"suport"};
  EXPECT_EQ(create(), "the access file has no role \"suport\" (did you mean \"support\"?)");
  settings.roles = {"reader"};
  settings.name = "";
  EXPECT_THAT(create(), HasSubstr("--name"));
  settings.name = "web";
  for (const char* when : {"90", "d", "-1d", "0h", "1.5d", "90 d", "90days", "yesterday", "2020-01-01T00:00:00Z",
                           "4000d", "99999999999999h"}) {
    settings.expires = when;
    EXPECT_THAT(create(), HasSubstr("--expires")) << when;
  }
  settings.id = "0123456789abcdef";
  std::ostringstream said;
  EXPECT_EQ(revoke_token(settings, now, said).error().code, errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "tokens.json"));
}

TEST_F(weir_token, says_when_the_access_file_names_no_file_for_tokens) {
  std::ofstream(settings.access_file) << "{}";
  EXPECT_THAT(create(), HasSubstr("add \"tokens\": \"tokens.json\" to it"));
}

TEST(the_end_of_a_token, is_a_duration_or_a_time) {
  const timestamp now{std::chrono::seconds(1'900'000'000)};
  EXPECT_EQ(end_of("12h", now), now + hours(12));
  EXPECT_EQ(end_of("90d", now), now + hours(90 * 24));
  EXPECT_EQ(end_of("2w", now), now + hours(14 * 24));
  EXPECT_EQ(end_of("2031-01-01T00:00:00Z", now), from_rfc3339("2031-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace weir
