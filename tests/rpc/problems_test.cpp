// That a problem is told over Thrift in the same words as over HTTP: both are made from one value.
#include <gtest/gtest.h>

#include "rpc/problem_struct.hpp"

namespace weir::rpc {
namespace {

TEST(problem_struct, has_all_that_the_problem_says) {
  const problem what = make_problem(problem_kind::sequence_mismatch, "The stream a-1 is at sequence 3.")
                           .with("expected", 2)
                           .with("actual", 3)
                           .with("outcome", "unknown");
  const Problem made = struct_of(what);
  EXPECT_EQ(made.type, "/problems/sequence-mismatch");
  EXPECT_EQ(made.title, what.title);
  EXPECT_EQ(made.status, 412);
  EXPECT_EQ(made.detail, "The stream a-1 is at sequence 3.");
  EXPECT_EQ(made.expected, 2);
  EXPECT_EQ(made.actual, 3);
  EXPECT_EQ(made.outcome, "unknown");
}

TEST(problem_struct, lists_every_rule_that_is_broken) {
  const Problem made = struct_of(explain({{"/name", "is required"}, {"/email", "must be an e-mail address"}}));
  ASSERT_EQ(made.errors.size(), 2u);
  EXPECT_EQ(made.errors[1].pointer, "/email");
  EXPECT_EQ(made.errors[1].detail, "must be an e-mail address");
}

TEST(problem_struct, leaves_out_what_is_not_said_or_has_no_place_in_it) {
  const Problem made = struct_of(make_problem(problem_kind::sequence_mismatch, "").with("expected", "*"));
  EXPECT_FALSE(made.__isset.detail);
  EXPECT_FALSE(made.__isset.errors);
  EXPECT_FALSE(made.__isset.expected);
  EXPECT_FALSE(made.__isset.actual);
  EXPECT_FALSE(made.__isset.outcome);
}

}  // namespace
}  // namespace weir::rpc
