#include "personal/recent_keys.hpp"

#include <gtest/gtest.h>

namespace weir::personal {
namespace {

TEST(recent_keys, have_what_was_put_and_not_what_took_its_place) {
  recent_keys recent;
  const key one(random_bytes(key_bytes)), other(random_bytes(key_bytes));
  EXPECT_FALSE(recent.find(7));
  EXPECT_FALSE(recent.find(0)) << "the key of the store is no subject's";
  recent.put(7, one, recent.moment(7));
  EXPECT_EQ(recent.find(7)->bytes(), one.bytes());
  for (std::uint64_t number = 8; number < 20'000; ++number) recent.put(number, other, recent.moment(number));
  EXPECT_FALSE(recent.find(7));
  EXPECT_EQ(recent.find(19'999)->bytes(), other.bytes());
}

TEST(recent_keys, take_no_key_that_was_read_before_it_was_destroyed) {
  recent_keys recent;
  const key one(random_bytes(key_bytes));
  const std::uint64_t before = recent.moment(7);
  recent.forget(7);
  recent.put(7, one, before);
  EXPECT_FALSE(recent.find(7));
  recent.put(7, one, recent.moment(7));
  EXPECT_TRUE(recent.find(7));
  recent.forget(7);
  EXPECT_FALSE(recent.find(7));
}

}  // namespace
}  // namespace weir::personal
