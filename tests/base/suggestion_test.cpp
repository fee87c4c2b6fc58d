#include "base/suggestion.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(suggestion, is_the_nearest_name_if_one_is_near) {
  const std::vector<std::string_view> names{"userId", "name", "email", "id"};
  EXPECT_EQ(suggestion("usreId", names), " (did you mean \"userId\"?)");
  EXPECT_EQ(suggestion("userid", names), " (did you mean \"userId\"?)");
  EXPECT_EQ(suggestion("user", names), "");
  EXPECT_EQ(suggestion("nam", names), " (did you mean \"name\"?)");
  EXPECT_EQ(suggestion("e-mail", names), " (did you mean \"email\"?)");
  EXPECT_EQ(suggestion("telephone", names), "");
  EXPECT_EQ(suggestion("", names), "");
  EXPECT_EQ(suggestion("name", {}), "");
  EXPECT_EQ(suggestion(std::string(1'000'000, 'n'), names), "");
}

}  // namespace
}  // namespace weir
