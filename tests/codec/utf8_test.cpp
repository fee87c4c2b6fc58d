#include "codec/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace weir::codec {
namespace {

TEST(utf8, is_shortest_forms_of_code_points_and_nothing_else) {
  // Behind eight characters of ASCII, and behind none.
  for (const std::string before : {"", "abcdefgh", "abcdefghijk"}) {
    for (const char* good : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                             "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
      EXPECT_TRUE(is_utf8(before + good)) << before << good;
      EXPECT_TRUE(is_utf8(before + good + "tail of more than eight")) << before << good;
    }
    for (const char* bad :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe0\xa0", "\xed\xa0\x80",
          "\xef\xbf\x41", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
      EXPECT_FALSE(is_utf8(before + bad)) << before << bad;
      EXPECT_FALSE(is_utf8(before + bad + "tail of more than eight")) << before << bad;
    }
  }
}

TEST(utf8, is_counted_in_code_points) {
  EXPECT_EQ(code_points(""), 0u);
  EXPECT_EQ(code_points("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), 4u);
}

TEST(utf8, is_cut_between_code_points) {
  const std::string text = "a\xe2\x82\xac";
  EXPECT_EQ(utf8_prefix(text, 4), text);
  EXPECT_EQ(utf8_prefix(text, 3), "a");
  EXPECT_EQ(utf8_prefix(text, 2), "a");
  EXPECT_EQ(utf8_prefix(text, 1), "a");
  EXPECT_EQ(utf8_prefix(text, 0), "");
}

}  // namespace
}  // namespace weir::codec
