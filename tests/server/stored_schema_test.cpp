#include "verify/stored_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/append_events.hpp"
#include "support/engine_fixture.hpp"

namespace weir {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A store with the users' events, and a program of the users: what it was stored under is changed, then it is started.
class a_start : public testing::engine_fixture {
 protected:
  a_start() { kept = schema_of(all->domains()); }

  schema::event_schema::domain& users() { return kept.domains.at("users"); }

  void given_a_user() {
    ASSERT_TRUE(std::holds_alternative<acceptance>(
        run(R"({"createUser":{"userId":"u1","name":"Ada","email":"ada@example.org"}})")));
  }
  void given_stored(std::string_view value) {
    auto batch = data->begin();
    batch.put(data->find("meta"), "schema", value);
    data->write(batch, store::durability::durable).value();
  }
  result<> started() {
    given_stored(to_json(kept));
    return check_stored_schema(*data, *all);
  }
  std::string refusal() {
    const auto ended = started();
    EXPECT_EQ(stored_schema(*data).value(), kept) << "changed what is stored";
    if (ended) return "";
    EXPECT_EQ(ended.error().code, errc::newer_format);
    return ended.error().detail;
  }
  schema::event_schema now() { return schema_of(all->domains()); }

  schema::event_schema kept;
};

TEST_F(a_start, keeps_the_schema_of_new_data_and_of_data_that_has_none) {
  EXPECT_FALSE(stored_schema(*data).value());
  check_stored_schema(*data, *all).value();
  EXPECT_EQ(stored_schema(*data).value(), now());
  given_a_user();
  auto batch = data->begin();
  batch.erase(data->find("meta"), "schema");
  data->write(batch, store::durability::durable).value();
  restart();
  check_stored_schema(*data, *all).value();
  restart();
  EXPECT_EQ(stored_schema(*data).value(), now());
}

TEST_F(a_start, replaces_a_schema_that_fits_and_remembers_what_only_stored_events_have) {
  given_a_user();
  users().structures.at("UserRenamedEvent").fields.erase(2);
  EXPECT_THAT(refusal(), HasSubstr("userRenamed.name: is new and required"));
  users() = now().domains.at("users");
  auto& fields = users().structures.at("UserCreatedEvent").fields;
  fields[4] = {4, "nickname", schema::event_schema::presence::optional, {schema::kind::string, "", {}}, {}, false, {}};
  ASSERT_TRUE(started());
  restart();
  auto expected = now();
  fields[4].presence = schema::event_schema::presence::retired;
  EXPECT_EQ(stored_schema(*data).value(), kept);
  EXPECT_NE(kept, expected);
}

TEST_F(a_start, is_refused_with_every_reason_where_events_would_be_misread) {
  given_a_user();
  auto& fields = users().structures.at("UserCreatedEvent").fields;
  fields.at(2).type.is = schema::kind::i64;
  users().structures.at("UserRenamedEvent").fields.erase(2);
  EXPECT_THAT(
      refusal(),
      AllOf(HasSubstr("does not start; nothing was changed"),
            HasSubstr(
                "\n  users: userCreated.name: is a string now, was an i64: values stored as one type cannot be read"),
            HasSubstr("\n  users: userRenamed.name: is new and required, but stored events do not have it")));
}

TEST_F(a_start, takes_data_whose_users_all_have_a_name_and_an_email) {
  given_a_user();
  using presence = schema::event_schema::presence;
  users().structures.at("UserCreatedEvent").fields.at(2).presence = presence::required;
  users().structures.at("UserCreatedEvent").fields.at(3).presence = presence::required;
  users().structures.at("UserEmailChangedEvent").fields.at(3).presence = presence::required;
  ASSERT_TRUE(started());
  EXPECT_EQ(stored_schema(*data).value(), now());
}

TEST_F(a_start, is_refused_where_a_field_must_be_set_that_stored_events_may_lack) {
  given_a_user();
  users().structures.at("UserRenamedEvent").fields.at(2).presence = schema::event_schema::presence::optional;
  EXPECT_THAT(refusal(), HasSubstr("userRenamed.name: is required now, was optional"));
}

TEST_F(a_start, takes_any_change_while_the_log_is_empty) {
  users().structures.at("UserCreatedEvent").fields.at(2).type.is = schema::kind::i64;
  ASSERT_TRUE(started());
  EXPECT_EQ(stored_schema(*data).value(), now());
}

TEST_F(a_start, of_an_older_program_is_refused_if_the_log_has_events_it_does_not_know) {
  given_a_user();
  users().events["userForgotten"] = {9, "UserReactivatedEvent"};
  ASSERT_TRUE(started()) << "none was ever recorded";
  EXPECT_EQ(stored_schema(*data).value(), now());

  const auto newest = state->scan({0}, "", 1, 1).value().events.at(0);
  recorded_event event = decode_recorded(newest.bytes, newest.stream, newest.sequence).value();
  event.type = "userForgotten";
  event.position = {2};
  event.sequence = {2};
  stop();
  {
    store_options files;
    files.directory = directory.path() / "data";
    files.families = applied_state::families();
    auto newer_store = std::move(store::open(files).value());
    testing::append_events(*newer_store, {{event.stream, {2}, encode_recorded(event)}}, event.recorded_at);
  }
  start();
  EXPECT_THAT(refusal(), AllOf(HasSubstr("users: userForgotten: is gone, but the event log may hold such events"),
                               HasSubstr("If this program is older than the data, start the newer one."),
                               Not(HasSubstr("userCreated"))));
}

TEST_F(a_start, lets_a_domain_go_that_has_no_streams) {
  given_a_user();
  kept.domains["shop"] = users();
  users().categories = {"user"};
  kept.domains["shop"].categories = {"item"};
  ASSERT_TRUE(started());
  EXPECT_EQ(stored_schema(*data).value(), now());
}

TEST_F(a_start, is_refused_without_a_domain_that_has_streams) {
  given_a_user();
  kept.domains["people"] = users();
  kept.domains.erase("users");
  EXPECT_THAT(refusal(), HasSubstr("people: is gone, but the event log may hold its events"));
}

TEST_F(a_start, is_refused_without_a_category_that_has_streams) {
  given_a_user();
  users().categories = {"person"};
  ASSERT_TRUE(started()) << "no stream is of that category";
  kept = now();
  users().categories = {"use", "user"};
  ASSERT_TRUE(started());
  const catalog nobody([] {
    std::vector<domain> listed;
    listed.push_back(weir::users::users());
    listed.back().aggregates.clear();
    listed.back().commands.clear();
    return listed;
  }());
  given_stored(to_json(now()));
  const auto ended = check_stored_schema(*data, nobody);
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().detail, HasSubstr("users: no aggregate has the category user any more"));
}

TEST_F(a_start, is_refused_if_the_stored_schema_cannot_be_read) {
  given_stored("{\"format\": 1");
  EXPECT_EQ(check_stored_schema(*data, *all).error().code, errc::corrupt);
  given_stored("{\"format\": 999}");
  EXPECT_EQ(check_stored_schema(*data, *all).error().code, errc::newer_format);
}

}  // namespace
}  // namespace weir
