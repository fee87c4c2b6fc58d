#include "schema/base64.hpp"

#include <gtest/gtest.h>

namespace weir::schema {
namespace {

TEST(base64, keeps_all_bytes) {
  std::string bytes;
  for (int size = 0; size < 300; ++size) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes) << size;
    bytes.push_back(static_cast<char>(size * 37));
  }
}

TEST(base64, is_what_rfc_4648_shows) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(base64, refuses_every_other_text) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm-_", "Zm9\xc3\xa9", "=Zm9"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace weir::schema
