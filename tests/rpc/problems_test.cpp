// That a problem is told over Thrift in the same words as over HTTP.
#include "rpc/problems.hpp"

#include <gtest/gtest.h>

#include "http/problem.hpp"

namespace weir::rpc {
namespace {

TEST(problems, have_the_same_words_as_over_http) {
  const std::pair<problem_kind, http::problem_kind> pairs[] = {
      {problem_kind::not_found, http::problem_kind::not_found},
      {problem_kind::sequence_mismatch, http::problem_kind::sequence_mismatch},
      {problem_kind::validation, http::problem_kind::validation},
      {problem_kind::idempotency_key_reused, http::problem_kind::idempotency_key_reused},
      {problem_kind::internal, http::problem_kind::internal},
      {problem_kind::overloaded, http::problem_kind::overloaded},
      {problem_kind::unavailable, http::problem_kind::unavailable},
  };
  for (const auto& [ours, theirs] : pairs) {
    const Problem made = make_problem(ours, "why");
    const http::problem same = http::make_problem(theirs, "why");
    EXPECT_EQ(made.type, same.type);
    EXPECT_EQ(made.title, same.title);
    EXPECT_EQ(made.status, same.status);
    EXPECT_EQ(made.detail, same.detail);
  }
}

}  // namespace
}  // namespace weir::rpc
