#include "engine/importer.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "engine/weir_test_orders.hpp"
#include "ledger/domain.hpp"
#include "support/engine_fixture.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;

/// Imports what the fixture's engine recorded into a store beside it.
class imports : public testing::engine_fixture {
 protected:
  imports() { restart(); }  // with the domains below, which the base did not know when it started
  ~imports() override { close(); }

  std::vector<domain> domains() override {
    std::vector<domain> listed;
    listed.push_back(users::users());
    listed.push_back(ledger::ledger());
    listed.push_back(weir_test_orders::weir_test_orders());
    return listed;
  }

  addressed_command addressed(const std::string& json) {
    for (const domain& one : all->domains()) {
      const schema::structure& shape = *one.idl->commands();
      const auto bytes = codec::from_json(json, shape);
      if (!std::holds_alternative<std::string>(bytes)) continue;
      const auto member = codec::member_of(std::get<std::string>(bytes), shape).value();
      return std::move(running->prepare(*all->find_command(member.field->name), member.bytes, {}).value());
    }
    throw std::logic_error("a test's JSON is no command: " + json);
  }

  /// Commands that are one commit.
  void done(const std::vector<std::string>& commands) {
    submission work;
    for (const std::string& json : commands) work.commands.push_back(addressed(json));
    work.from = {"correlation", "causation", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "actor"};
    ASSERT_TRUE(std::holds_alternative<acceptance>(submit(std::move(work)).get()));
  }
  static std::string create(const std::string& id) {
    return R"({"createUser":{"userId":")" + id + R"(","name":"Name","email":")" + id + R"(@example.org"}})";
  }
  void created(int users) {
    for (int n = 1; n <= users; ++n) done({create("u" + std::to_string(n))});
  }
  /// Both domains, a group, and a command with two events in two streams.
  void much_done() {
    done({create("u1"), create("u2"), R"({"deactivateUser":{"userId":"u1"}})"});
    done({R"({"openAccount":{"accountId":"a1","owner":"Ada"}})"});
    done({R"({"openAccount":{"accountId":"a2","owner":"Grace"}})", R"({"deposit":{"accountId":"a1","amount":500}})",
          R"({"transfer":{"fromAccountId":"a1","toAccountId":"a2","amount":200}})"});
    done({R"({"renameUser":{"userId":"u2","name":"Zo\u00eb"}})"});
  }

  /// The log's events, without what the store alone knows of them.
  std::vector<recorded_event> recorded() {
    std::vector<recorded_event> events = running->read_log({0}, 100'000).value().events;
    for (recorded_event& event : events) {
      event.index_in_command = 77;
      settle_command(event);
    }
    return events;
  }

  void open() {
    store_options files;
    files.directory = directory.path() / "other";
    files.families = applied_state::families();
    other_data = std::move(store::open(files).value());
    other_log = std::move(local_commit_log::open(*other_data).value());
    other_state = std::move(applied_state::open(*other_data, other_domains ? *other_domains : *all).value());
    into = std::move(importer::open(*other_log, *other_state).value());
  }
  void close() {
    into.reset();
    other_state.reset();
    other_log.reset();
    other_data.reset();
  }
  void imported(const std::vector<recorded_event>& events) {
    if (!into) open();
    for (const recorded_event& event : events) {
      const auto added = into->add(event);
      ASSERT_TRUE(added) << added.error().detail;
    }
    ASSERT_TRUE(into->commit());
  }
  std::string refusal_of(const recorded_event& event) {
    if (!into) open();
    const auto added = into->add(event);
    if (added) return "not refused";
    EXPECT_EQ(added.error().code, errc::invalid);
    return added.error().detail;
  }

  /// Ends the import, and goes on as the engine of its store.
  void go_on_there() {
    stop();
    close();
    std::filesystem::rename(directory.path() / "data", directory.path() / "origin");
    std::filesystem::rename(directory.path() / "other", directory.path() / "data");
    start();
  }

  std::unique_ptr<catalog> other_domains;
  std::unique_ptr<store> other_data;
  std::unique_ptr<local_commit_log> other_log;
  std::unique_ptr<applied_state> other_state;
  std::unique_ptr<importer> into;
};

TEST_F(imports, store_the_very_bytes) {
  much_done();
  const auto events = recorded();
  imported(events);
  const auto there = state->scan({0}, "", 1'000, 1'000).value().events;
  const auto here = other_state->scan({0}, "", 1'000, 1'000).value().events;
  ASSERT_EQ(here.size(), 9u);
  ASSERT_EQ(there.size(), 9u);
  for (std::size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(here[i].stream, there[i].stream);
    EXPECT_EQ(here[i].sequence, there[i].sequence);
    if (all->find_event(events[i].type)->type().shape->personal) {  // which is encrypted with other keys
      EXPECT_EQ(other_state->read(here[i]).value().payload, events[i].payload);
    } else {
      EXPECT_EQ(here[i].bytes, there[i].bytes);
    }
    EXPECT_EQ(other_state->log().head_of(here[i].stream).value(), state->log().head_of(here[i].stream).value());
  }
  EXPECT_EQ(events[7].index_in_command, 2) << "what the transfer brought is the second event of its command";
}

TEST_F(imports, make_the_same_views) {
  much_done();
  const auto events = recorded();
  const std::string user = ask("getUser", R"({"userId":"u2"})"), list = ask("listUsers", "{}");
  const std::string by_email = ask("getUserByEmail", R"({"email":"U1@example.org"})");
  imported(events);
  go_on_there();
  EXPECT_EQ(ask("getUser", R"({"userId":"u2"})"), user);
  EXPECT_EQ(ask("listUsers", "{}"), list);
  EXPECT_EQ(ask("getUserByEmail", R"({"email":"U1@example.org"})"), by_email);
  done({R"({"changeEmail":{"userId":"u2","email":"other@example.org"}})"});
  EXPECT_EQ(running->head(), position{10});
}

TEST_F(imports, go_on_where_the_log_and_the_stream_end) {
  created(3);
  auto events = recorded();
  EXPECT_EQ(refusal_of(events[1]), "position 1 was expected, not 2");
  auto wrong = events[0];
  wrong.position = {0};
  EXPECT_EQ(refusal_of(wrong), "position 1 was expected, not 0");
  wrong = events[0];
  wrong.sequence = {2};
  EXPECT_EQ(refusal_of(wrong), "sequence 1 of stream user-u1 was expected, not 2");
  imported({events[0]});
  wrong = events[1];
  wrong.stream = "user-u1";
  EXPECT_EQ(refusal_of(wrong), "sequence 2 of stream user-u1 was expected, not 1");
  wrong = events[1];
  wrong.recorded_at = events[0].recorded_at - std::chrono::microseconds{1};
  EXPECT_THAT(refusal_of(wrong), HasSubstr("it was recorded before the previous event, "));
  EXPECT_EQ(refusal_of(events[2]), "position 2 was expected, not 3");
  imported({events[1], events[2]});
  EXPECT_EQ(into->last(), position{3});
}

TEST_F(imports, take_no_event_that_its_stream_would_not) {
  created(1);
  auto event = recorded().front();
  event.stream = "account-a1";
  EXPECT_EQ(refusal_of(event), "the stream account-a1 takes no userCreated: no domain has both");
  event.stream = "nothing-1";
  EXPECT_EQ(refusal_of(event), "the stream nothing-1 takes no userCreated: no domain has both");
  event.stream = "";
  EXPECT_EQ(refusal_of(event), "the stream's name is empty");
  event.stream = std::string("user-\0", 6);
  EXPECT_EQ(refusal_of(event), "the stream's name holds a zero byte");
  for (const char* name : {"user", "user-"}) {
    event.stream = name;
    EXPECT_EQ(refusal_of(event), "the stream's name has no part after a hyphen");
  }
  event.stream = "user-" + std::string(600, 'u');
  EXPECT_EQ(refusal_of(event), "the stream's name is longer than 512 bytes");
  event = recorded().front();
  event.type = "userBorn";
  EXPECT_EQ(refusal_of(event), "no domain knows the event userBorn");
}

TEST_F(imports, pass_over_what_is_there) {
  much_done();
  const auto events = recorded();
  imported({events.begin(), events.begin() + 4});
  close();
  imported(events);
  EXPECT_EQ(into->passed_over(), 4u);
  EXPECT_EQ(into->imported(), 5u);
  EXPECT_EQ(into->last(), position{9});
}

TEST_F(imports, pass_over_what_is_on_its_way) {
  created(2);
  const auto events = recorded();
  imported({events[0], events[0], events[1], events[0], events[1]});
  EXPECT_EQ(into->imported(), 2u);
  EXPECT_EQ(into->passed_over(), 3u);
}

TEST_F(imports, refuse_another_history) {
  created(2);
  const auto events = recorded();
  imported(events);
  auto other = events[0];
  other.stream = "user-u7";
  EXPECT_EQ(
      refusal_of(other),
      "position 1 is in the event log already, and is another event: userCreated, sequence 1 of stream user-u1, not "
      "userCreated, sequence 1 of stream user-u7");
  other = events[1];
  other.payload = events[0].payload;
  EXPECT_EQ(refusal_of(other),
            "position 2 is in the event log already, with other contents: userCreated, sequence 1 of stream user-u2");
  other = events[1];
  other.from.actor = "somebody else";
  EXPECT_THAT(refusal_of(other), HasSubstr("with other contents"));
  EXPECT_EQ(into->passed_over(), 0u);
}

TEST_F(imports, keep_what_came_before_a_fault) {
  created(3);
  const auto events = recorded();
  open();
  ASSERT_TRUE(into->add(events[0]));
  EXPECT_THAT(refusal_of(events[2]), HasSubstr("position 2 was expected"));
  ASSERT_TRUE(into->commit());
  EXPECT_EQ(into->last(), position{1});
  imported(events);
  EXPECT_EQ(into->last(), position{3});
}

TEST_F(imports, let_a_last_command_go_that_may_be_half_there) {
  much_done();
  const auto events = recorded();
  open();
  // The transfer's first event is the log's seventh.
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(into->add(events[static_cast<std::size_t>(i)]));
  ASSERT_EQ(events[6].type, "moneySent");
  ASSERT_TRUE(into->commit_whole_commands());
  EXPECT_EQ(into->last(), position{6});
  EXPECT_TRUE(into->commit());
  close();
  imported(events);
  EXPECT_EQ(into->last(), position{9});
  EXPECT_EQ(into->passed_over(), 6u);
}

TEST_F(imports, take_nothing_of_the_time_to_come) {
  created(1);
  auto event = recorded().front();
  event.recorded_at = wall_clock_now() + std::chrono::hours{1};
  EXPECT_THAT(refusal_of(event), HasSubstr("it was recorded in the future, "));
}

TEST_F(imports, write_nothing_of_a_commit_that_a_projection_cannot_take) {
  created(4);
  const auto events = recorded();
  auto faulty = domains();
  for (projection_type& one : faulty.front().projections) {
    if (one.name != "users") continue;
    one.on.front() = [](const std::any&, const recording& recorded, row_sink& rows) {
      rows.put(recorded.stream, "a row");
      if (recorded.position.value == 3) throw std::runtime_error("no such day");
    };
  }
  other_domains = std::make_unique<catalog>(std::move(faulty));
  imported({events[0]});
  ASSERT_TRUE(into->add(events[1]));
  EXPECT_EQ(refusal_of(events[2]), "a projection failed on the event at position 3: no such day");
  ASSERT_TRUE(into->commit());
  EXPECT_EQ(into->last(), position{1});
  auto rows = other_data->scan(other_data->find("view.users.1"));
  std::string keys;
  for (rows.seek(""); rows.valid(); rows.next()) keys += std::string(rows.key()) + " ";
  EXPECT_EQ(keys, "user-u1 ");
}

TEST_F(imports, keep_an_id_that_does_not_follow_from_the_command) {
  created(1);
  auto event = recorded().front();
  event.event_id = new_uuid(event.recorded_at);
  settle_command(event);
  imported({event});
  const auto there = other_state->scan({0}, "", 1, 1).value().events.front();
  const auto read = decode_recorded(there.bytes, there.stream, there.sequence).value();
  EXPECT_EQ(read.event_id, event.event_id);
  EXPECT_EQ(read.command_id, event.command_id);
  EXPECT_EQ(read.index_in_command, 1);
}

TEST_F(imports, take_events_of_the_past_as_they_were_recorded) {
  const schema::structure& shape = *all->find_event("orderPlaced")->type().shape;
  recorded_event event;
  event.position = {1};
  event.stream = "order-o1";
  event.sequence = {1};
  event.recorded_at = wall_clock_now();
  event.type = "orderPlaced";
  event.payload = std::get<std::string>(codec::from_json(R"({"orderId":"o1","price":12.34})", shape));
  event.event_id = new_uuid(event.recorded_at);
  settle_command(event);
  imported({event});
  go_on_there();
  EXPECT_EQ(running->read_log({0}, 1).value().events.at(0).type, "orderPlaced");
  const domain& of = all->domains().back();
  const auto answered = running->answer(
      *of.queries.front(), std::get<std::string>(codec::from_json(R"({"orderId":"o1"})", *of.queries.front()->shape)),
      *anonymous());
  std::string json;
  codec::to_json(std::get<std::string>(answered.value().value), *of.queries.front()->answer_shape, json).value();
  EXPECT_EQ(json, R"({"orderId":"o1","cents":1234,"currency":"EUR","cancelled":false})");
}

TEST_F(imports, end_a_commit_with_the_command_that_fills_it) {
  created(1);
  const recorded_event first = recorded().front();
  open();
  const auto add = [&](std::uint64_t number, const std::string& command) {
    recorded_event event = first;
    event.position = {number};
    event.stream = "user-u" + std::to_string(number);
    event.command_id = command;
    const auto added = into->add(event);
    ASSERT_TRUE(added) << added.error().detail;
  };
  const std::uint64_t full = limits::import_commit_events;
  for (std::uint64_t number = 1; number < full; ++number) add(number, new_uuid(first.recorded_at));
  const std::string command = new_uuid(first.recorded_at), next = new_uuid(first.recorded_at);
  for (std::uint64_t number = full; number <= full + 2; ++number) add(number, command);
  EXPECT_EQ(into->last(), position{0});
  add(full + 3, next);
  EXPECT_EQ(into->last(), position{full + 2});
  for (std::uint64_t number = full + 4; number <= 3 * full + 3; ++number) add(number, next);
  EXPECT_EQ(into->last(), position{3 * full + 2}) << "a command that has no end is not waited for";
}

}  // namespace
}  // namespace weir
