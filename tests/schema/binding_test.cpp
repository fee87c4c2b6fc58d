#include "weir_test_nasty/binding.hpp"

#include <string>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "users/binding.hpp"

namespace weir {
namespace {

using testing::ElementsAre;

template <class... Entries>
std::vector<std::string> names(schema::entries<Entries...>) {
  return {std::string(Entries::name)...};
}

template <class First, class... Others>
First first(schema::entries<First, Others...>);

TEST(binding, lists_what_the_domain_declares) {
  using users::binding;
  EXPECT_THAT(names(binding::commands{}),
              ElementsAre("createUser", "renameUser", "changeEmail", "deactivateUser", "reactivateUser"));
  EXPECT_THAT(names(binding::events{}),
              ElementsAre("userCreated", "userRenamed", "userEmailChanged", "userDeactivated", "userReactivated"));
  EXPECT_THAT(names(binding::queries{}), ElementsAre("getUser", "listUsers", "getUserByEmail", "getSignups"));
}

TEST(binding, leaves_out_the_exception_that_is_no_refusal) {
  EXPECT_THAT(names(users::binding::refusals{}), ElementsAre("UserAlreadyExists", "UserNotFound", "UserInactive",
                                                             "UserActive", "EmailTaken", "EmailNotFound"));
  EXPECT_THAT(names(weir_test_nasty::binding::refusals{}), ElementsAre("Impossible"));
}

TEST(binding, names_the_generated_structs) {
  using command = decltype(first(users::binding::commands{}));
  static_assert(std::is_same_v<command::type, users::CreateUserCommand>);
  static_assert(command::category == "user");
  using query = decltype(first(users::binding::queries{}));
  static_assert(std::is_same_v<query::type, users::GetUserQuery> && std::is_same_v<query::answer, users::User>);
}

TEST(binding, reads_its_documents_once) { EXPECT_EQ(users::binding::idl(), users::binding::idl()); }

}  // namespace
}  // namespace weir
