#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/base64url.hpp"
#include "auth/bearer.hpp"
#include "auth/strict_json.hpp"

namespace weir::auth {
namespace {

using ::testing::HasSubstr;

TEST(strict_json, is_read) {
  const auto read = read_strict_json(R"({"a": [1, {"a": 2}], "b": {"a": null}})");
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)["a"][1]["a"], 2);
}

TEST(strict_json, has_each_member_once) {
  EXPECT_THAT(read_strict_json(R"({"a": 1, "b": {}, "a": 1})").error().detail, HasSubstr("\"a\" twice"));
  EXPECT_THAT(read_strict_json(R"({"x": [{"a": 1, "\u0061": 1}]})").error().detail, HasSubstr("\"a\" twice"));
}

TEST(strict_json, is_not_nested_without_end) {
  EXPECT_TRUE(read_strict_json(std::string(32, '[') + std::string(32, ']')));
  EXPECT_THAT(read_strict_json(std::string(34, '[') + std::string(34, ']')).error().detail, HasSubstr("deeper"));
  EXPECT_FALSE(read_strict_json(std::string(1'000'000, '[')));
}

TEST(strict_json, is_nothing_else) {
  for (const char* text :
       {"", "{", "{} x", "{'a': 1}", "{\"a\": 01}", "[1,]", "// c\n1", "NaN", "\"\xff\"", "1e999", "\"\\ud800\""}) {
    EXPECT_FALSE(read_strict_json(text)) << text;
  }
}

TEST(base64url, has_one_text_for_each_bytes) {
  EXPECT_EQ(from_base64url(""), "");
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_EQ(from_base64url("Zm8"), "fo");
  EXPECT_EQ(from_base64url("Zm9v"), "foo");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  for (const char* text : {"Z", "Zh", "Zm9", "Zg==", "Zm9v\n", " Zm9v", "+/8", "Zm.v", "Zm9vZ"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(bearer, is_read_from_the_header) {
  EXPECT_EQ(bearer_token("Bearer abc.def-_~+/="), "abc.def-_~+/=");
  EXPECT_EQ(bearer_token("bEARER  abc"), "abc");
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer  ", "Bearerabc", "Basic abc", "Bearer abc def",
                             "Bearer abc,", "Bearer \"abc\"", " Bearer abc", "Bearer a\tb"}) {
    EXPECT_FALSE(bearer_token(header)) << header;
  }
}

TEST(bearer, challenges_say_nothing_of_what_is_inside) {
  refusal why;
  why.reason = "the key of the token is gone";
  EXPECT_EQ(challenge(), "Bearer realm=\"weir\"");
  EXPECT_EQ(challenge(why),
            "Bearer realm=\"weir\", error=\"invalid_token\", error_description=\"The access token is not valid\"");
  EXPECT_EQ(insufficient_scope_challenge(), "Bearer realm=\"weir\", error=\"insufficient_scope\"");
}

}  // namespace
}  // namespace weir::auth
