#include "personal/erasure_list.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace weir::personal {
namespace {

class a_list_of_erasures : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "erasures"; }
  void append(const std::string& text) const { std::ofstream(path(), std::ios::app) << text; }
  static std::vector<listed_erasure> two() { return {{"user-u1", 7}, {"user-a b\n%\xc3\xa9", 8}}; }

  testing::temporary_directory directory_;
};

TEST_F(a_list_of_erasures, is_read_back) {
  {
    auto list = erasure_list::open(path()).value();
    for (const listed_erasure& each : two()) ASSERT_TRUE(list.add(each, timestamp{}));
    EXPECT_EQ(list.all(), two());
  }
  EXPECT_EQ(erasure_list::open(path()).value().all(), two());
}

TEST_F(a_list_of_erasures, goes_on_behind_an_incomplete_last_line) {
  const std::string line = "9 1970-01-01T00:00:00Z user-u9\n";
  for (std::size_t cut = 0; cut < line.size(); ++cut) {
    std::filesystem::remove(path());
    ASSERT_TRUE(erasure_list::open(path()).value().add({"user-u1", 7}, timestamp{}));
    append(line.substr(0, cut));
    auto list = erasure_list::open(path()).value();
    ASSERT_EQ(list.all().size(), 1u) << cut;
    // Longer than what is left of the incomplete line, so that nothing of it remains.
    ASSERT_TRUE(list.add({"user-with-a-long-name-0123456789", 10}, timestamp{}));
    const auto again = erasure_list::open(path()).value().all();
    ASSERT_EQ(again.size(), 2u) << cut;
    EXPECT_EQ(again.back().subject, "user-with-a-long-name-0123456789");
  }
}

TEST_F(a_list_of_erasures, goes_on_behind_an_incomplete_line_that_is_longer_than_the_next) {
  append("9 1970-01-01T00:00:00Z user-with-a-long-name-0123456789");
  ASSERT_TRUE(erasure_list::open(path()).value().add({"u-1", 1}, timestamp{}));
  EXPECT_EQ(erasure_list::open(path()).value().all(), (std::vector<listed_erasure>{{"u-1", 1}}));
}

TEST_F(a_list_of_erasures, names_a_line_that_is_none) {
  append("7 1970-01-01T00:00:00Z user-u1\nnonsense\n");
  const auto opened = erasure_list::open(path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
  EXPECT_NE(opened.error().detail.find("line 2 of "), std::string::npos) << opened.error().detail;
}

}  // namespace
}  // namespace weir::personal
