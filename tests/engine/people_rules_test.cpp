// Personal data in the test kit: a domain's tests see what a server would do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/weir_test_people.hpp"
#include "testing/scenario.hpp"

namespace weir {
namespace {

using ::testing::StartsWith;

const std::string registered =
    R"({"personRegistered":{"personId":"p1","name":"Ada","email":"Ada@example.org","photo":"/9j/4AAQ",)"
    R"("addresses":[{"street":"Ockham Park"}]}})";

class people : public ::testing::Test, public testing::scenario {
 protected:
  people() : scenario(weir_test_people::weir_test_people()) {}
};

TEST_F(people, are_shown_in_clear) {
  given(registered);
  EXPECT_EQ(ask("getPerson", R"({"personId":"p1"})"),
            R"({"personId":"p1","name":"Ada","email":"Ada@example.org","photo":"/9j/4AAQ",)"
            R"("addresses":[{"street":"Ockham Park"}],"names":["Ada"]})");
}

TEST_F(people, are_decided_on_in_clear) {
  given(registered);
  when(R"({"renamePerson":{"personId":"p1","name":"Ada"}})").then_nothing_happens();
  when(R"({"renamePerson":{"personId":"p1","name":"Zoe"}})")
      .then({R"({"personRenamed":{"personId":"p1","name":"Zoe"}})"});
}

TEST_F(people, are_erased_by_a_command) {
  given(registered);
  when(R"({"forgetPerson":{"personId":"p1"}})")
      .then({R"({"personForgotten":{"personId":"p1"}})"})
      .then_erased({"person-p1"});
  EXPECT_THROW(then_erased({"person-p2"}), testing::failure);
  when(R"({"renamePerson":{"personId":"p1","name":"Zoe"}})").then_erased({});
}

TEST_F(people, are_found_by_their_addresses) {
  given(registered);
  when(R"({"registerPerson":{"personId":"p2","email":"ADA@EXAMPLE.ORG"}})")
      .then_refused(R"(EmailTaken{"email":"ADA@EXAMPLE.ORG"})");
  EXPECT_EQ(ask("getPersonByEmail", R"({"email":"ada@example.ORG"})"), ask("getPerson", R"({"personId":"p1"})"));
}

std::vector<std::string> seen;

TEST(a_projection_under_test, does_not_see_personal_values) {
  domain with_eyes = weir_test_people::weir_test_people();
  with_eyes.projections.front().on.front() = [](const std::any& event, const recording&, row_sink&) {
    seen.push_back(std::any_cast<const weir_test_people::PersonRegisteredEvent&>(event).name);
  };
  testing::scenario rules(std::move(with_eyes));
  rules.given(registered).given(R"({"personRegistered":{"personId":"p2","name":"Ada"}})");
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_THAT(seen[0], StartsWith("\xff"));
  EXPECT_NE(seen[0], seen[1]) << "equal values look different, as encrypted ones do";
}

}  // namespace
}  // namespace weir
