// What an outcome is told as, over HTTP and over Thrift RPC.
#include "requests/problems.hpp"

#include <gmock/gmock.h>

#include "users/domain.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;

problem told(const outcome& came_to) { return problem_of(came_to, {"renameUser", "user-u1", "abc"}); }

TEST(outcomes, have_one_problem_each) {
  const struct {
    outcome came_to;
    int status;
    const char* type;
    const char* detail;
    bool again;
  } table[] = {
      {sequence_mismatch{0, "user-u1", {expectation::kind::at, {2}}, {3}}, 412, "/problems/sequence-mismatch",
       "The stream user-u1 is at sequence 3.", false},
      {sequence_mismatch{0, "user-u1", {expectation::kind::exists, {}}, {}}, 412, "/problems/sequence-mismatch",
       "The stream user-u1 does not exist.", false},
      {subject_erased{0, "user-u1"}, 409, "/problems/subject-erased",
       "The personal data of user-u1 was erased; no further personal data can be recorded for it. Nothing was written.",
       false},
      {subject_unknown{"user-u1"}, 404, "/problems/not-found", "There is no personal data of user-u1.", false},
      {key_reused{}, 422, "/problems/idempotency-key-reused",
       "This idempotency key was used before for another command.", false},
      {overloaded{}, 503, "/problems/overloaded", "The command queue is full. Nothing was written.", true},
      {unavailable{false, "secret"}, 503, "/problems/unavailable",
       "Commands are not accepted at present. Nothing was written.", true},
      {unavailable{true, "secret"}, 503, "/problems/unavailable",
       "It is not known whether the command was carried out.", true},
      {faulty{"secret"}, 500, "/problems/internal", "The server's diagnostic log explains this under trace abc.",
       false},
      {damaged{"secret"}, 500, "/problems/damaged-data",
       "Data that this request needs cannot be read back as it was written. Nothing was written. The operator has to "
       "restore a backup; the server's diagnostic log says what is damaged, under trace abc.",
       false},
  };
  for (const auto& each : table) {
    const problem made = told(each.came_to);
    EXPECT_EQ(made.status, each.status) << each.type;
    EXPECT_EQ(made.type, each.type);
    EXPECT_EQ(made.detail, each.detail);
    EXPECT_EQ(made.retry_after.has_value(), each.again) << each.type;
  }
}

TEST(outcomes, say_what_was_expected_of_the_stream) {
  const auto expected = [](expectation of) {
    return told(sequence_mismatch{0, "user-u1", of, {3}}).extras["expected"];
  };
  EXPECT_EQ(expected({expectation::kind::at, {2}}), 2);
  EXPECT_EQ(expected({expectation::kind::absent, {}}), 0);
  EXPECT_EQ(expected({expectation::kind::exists, {}}), "*");
}

TEST(outcomes, that_nobody_knows_say_so) {
  EXPECT_EQ(told(unavailable{true, ""}).extras["outcome"], "unknown");
  EXPECT_FALSE(told(unavailable{false, ""}).extras.contains("outcome"));
}

TEST(outcomes, that_a_rule_refused_have_the_name_and_the_fields_of_the_exception) {
  const domain users = users::users();
  const schema::structure& taken = *users.idl->find("EmailTaken");
  const auto bytes = std::get<std::string>(codec::from_json(R"({"email":"ada@example.org"})", taken));
  const problem made = told(refused{0, &taken, bytes});
  EXPECT_EQ(made.status, 409);
  EXPECT_EQ(made.type, "/problems/EmailTaken");
  EXPECT_EQ(made.detail, "renameUser was refused for the stream user-u1; nothing was written.");
  EXPECT_EQ(made.extras["code"], "EmailTaken");
  EXPECT_EQ(made.extras["email"], "ada@example.org");
}

TEST(reads, that_fail_say_whether_to_come_again) {
  const problem later = problem_of_read({errc::unavailable, "the view is being built"}, "abc");
  EXPECT_EQ(later.status, 503);
  EXPECT_TRUE(later.retry_after);
  EXPECT_THAT(later.detail, HasSubstr("the view is being built"));
  const problem fault = problem_of_read({errc::io, "secret"}, "abc");
  EXPECT_EQ(fault.status, 500);
  EXPECT_EQ(fault.detail, "The server's diagnostic log explains this under trace abc.");
}

}  // namespace
}  // namespace weir
