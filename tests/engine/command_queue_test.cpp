#include "engine/command_queue.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::size_t no_bound = 100'000;

class a_command_queue : public testing::Test {
 protected:
  /// As many submissions, of as many commands each.
  void push(std::size_t submissions, std::size_t commands = 1) {
    for (std::size_t i = 0; i < submissions; ++i) {
      pending one;
      one.work.commands.resize(commands);
      ASSERT_EQ(queue.push(one), command_queue::pushed::yes);
    }
  }
  std::size_t take(std::size_t commands_max = no_bound) { return queue.take(commands_max).submissions.size(); }

  command_queue queue{no_bound};
};

TEST_F(a_command_queue, gives_half_of_those_that_wait_and_were_given_last) {
  push(64);
  EXPECT_EQ(take(), 32u);
  EXPECT_EQ(take(), 32u);
  // Those of the first half ask again: 60 callers in all.
  push(28);
  EXPECT_EQ(take(), 28u);
  push(32);
  EXPECT_EQ(take(), 30u);
  EXPECT_EQ(take(), 2u);
}

TEST_F(a_command_queue, remembers_what_it_gave_over_a_promotion) {
  push(64);
  EXPECT_EQ(take(), 32u);
  EXPECT_EQ(take(), 32u);
  ASSERT_TRUE(queue.push(promotion{}));
  EXPECT_EQ(take(), 0u);
  push(30);
  EXPECT_EQ(take(), 30u);
}

TEST_F(a_command_queue, does_not_divide_a_few) {
  push(8);
  EXPECT_EQ(take(), 8u);
  push(9);
  EXPECT_EQ(take(), 8u);
  EXPECT_EQ(take(), 1u);
}

TEST_F(a_command_queue, never_gives_more_than_it_may) {
  push(5'000);
  EXPECT_EQ(take(1'024), 1'024u);
  EXPECT_EQ(take(1'024), 1'024u);
  EXPECT_EQ(take(3), 3u);
}

TEST_F(a_command_queue, counts_commands_and_keeps_those_of_a_submission_together) {
  push(10, 10);
  EXPECT_EQ(take(), 5u);
  EXPECT_EQ(take(), 5u);
  push(1, 1'000);
  push(20);
  EXPECT_EQ(take(), 1u);
  EXPECT_EQ(queue.commands(), 20u);
  EXPECT_EQ(take(), 20u);
}

TEST_F(a_command_queue, gives_all_that_is_left_when_it_is_closed) {
  push(20);
  queue.close();
  EXPECT_EQ(take(), 10u);
  EXPECT_EQ(take(), 10u);
  EXPECT_TRUE(queue.take(no_bound).empty());
}

}  // namespace
}  // namespace weir
