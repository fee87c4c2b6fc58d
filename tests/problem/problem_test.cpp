#include "problem/problem.hpp"

#include <gtest/gtest.h>

#include "weir_test_nasty/binding.hpp"

namespace weir {
namespace {

TEST(problem, shows_the_fields_of_an_exception_under_their_names_in_json) {
  const schema::structure& shape = *weir_test_nasty::binding::idl()->find("Impossible");
  const auto bytes = codec::from_json(R"({"why":"too large","impossibleStatus":"final"})", shape);
  const problem made = explain_refusal(shape, std::get<std::string>(bytes), "It was refused.");
  EXPECT_EQ(made.status, 409);
  EXPECT_EQ(made.extras.at("code"), "Impossible");
  EXPECT_EQ(made.extras.at("why"), "too large");
  EXPECT_EQ(made.extras.at("impossibleStatus"), "final");
  EXPECT_EQ(made.extras.size(), 3u);
}

}  // namespace
}  // namespace weir
