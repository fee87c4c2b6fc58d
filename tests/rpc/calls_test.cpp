// What a call comes to.
#include <thread>

#include "rpc/rpc_fixture.hpp"
#include "support/held_query.hpp"

namespace weir::rpc::test {
namespace {

using nlohmann::json;

class calls : public rpc_fixture {
 protected:
  /// A call whose arguments may break rules: TBinary, written by hand.
  static std::string binary_call(std::string_view name, std::string_view arguments) {
    std::string bytes("\x80\x01\x00\x01", 4);
    bytes += framed(name);
    bytes += std::string("\0\0\0\7", 4);
    return bytes.append(arguments);
  }
  answer ask_binary(std::string_view name, std::string_view arguments) {
    client one = connect();
    one.send(framed(binary_call(name, arguments)));
    return read(one.read_frame());
  }
  static std::string field(char type, char id) { return {type, '\0', id}; }
  static std::string string_field(char id, std::string_view text) { return field(11, id) + framed(text); }
  static std::string create_user(std::string_view user, std::string_view name, std::string_view email) {
    return field(12, 1) + field(12, 1) + string_field(1, user) + string_field(2, name) + string_field(3, email) +
           std::string(2, '\0');
  }
};

TEST_F(calls, carry_out_commands_in_each_protocol) {
  int users = 0;
  for (const protocol in : protocols) {
    const std::string user = "u" + std::to_string(++users);
    const answer got = ask("execute", "{\"command\": " + create(user) + "}", in);
    EXPECT_EQ(got.name, "execute");
    EXPECT_EQ(got.sequence_id, 7);
    EXPECT_EQ(got.thrown, "success");
    EXPECT_EQ(got.value, json({{"stream", "user-" + user}, {"sequence", 1}, {"position", users}, {"replayed", false}}));
  }
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userCreated user-u2 1; userCreated user-u3 1; ");
}

TEST_F(calls, answer_queries_in_each_protocol) {
  execute(create("u1"));
  for (const protocol in : protocols) {
    const answer one = ask("getUser", R"({"query": {"userId": "u1"}})", in);
    EXPECT_EQ(one.thrown, "success");
    EXPECT_EQ(one.value["email"], "u1@example.org");
    EXPECT_EQ(one.value["sequence"], 1);
    EXPECT_EQ(ask("getUserByEmail", R"({"query": {"email": "U1@Example.org"}})", in).value, one.value);
    EXPECT_EQ(ask("listUsers", R"({"query": {}})", in).value, json({{"users", {one.value}}}));
    const answer days = ask("getSignups", R"({"query": {"from": "2000-01-01", "to": "2999-12-31"}})", in);
    EXPECT_EQ(days.value["days"][0]["created"], 1);
  }
}

TEST_F(calls, carry_out_one_command_under_its_own_name_in_each_protocol) {
  int users = 0;
  for (const protocol in : protocols) {
    const std::string user = "u" + std::to_string(++users);
    const answer got = ask("createUser", R"({"command": {"userId": ")" + user + R"("}})", in);
    EXPECT_EQ(got.name, "createUser");
    EXPECT_EQ(got.thrown, "success");
    EXPECT_EQ(got.value, json({{"stream", "user-" + user}, {"sequence", 1}, {"position", users}, {"replayed", false}}));
    EXPECT_EQ(ask("createUser", R"({"command": {"userId": ")" + user + R"("}})", in).thrown, "userAlreadyExists");
  }
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userCreated user-u2 1; userCreated user-u3 1; ");
}

TEST_F(calls, of_one_command_name_the_rules_that_it_breaks) {
  const answer got = ask_binary("renameUser", field(12, 1) + string_field(1, "not a user") + std::string(2, '\0'));
  expect_problem(got, 422, "validation");
  std::set<std::string> pointers;
  for (const auto& each : got.value["errors"]) pointers.insert(each["pointer"]);
  EXPECT_EQ(pointers, (std::set<std::string>{"/userId", "/name"}));
}

/// As Apache's servers do: what old clients send is read, and answered with a version, which they read too.
TEST_F(calls, without_a_version_are_answered_with_one) {
  const std::string call =
      framed("getUser") + std::string("\1\0\0\0\7", 5) + field(12, 1) + string_field(1, "u9") + std::string(2, '\0');
  for (const bool in_frame : {false, true}) {
    client one = connect();
    one.send(in_frame ? framed(call) : call);
    const std::string bytes = in_frame ? one.read_frame() : one.read_message();
    EXPECT_TRUE(bytes.starts_with("\x80\x01"));
    const answer got = read(bytes);
    EXPECT_EQ(got.name, "getUser");
    EXPECT_EQ(got.sequence_id, 7);
    EXPECT_EQ(got.thrown, "userNotFound");
  }
}

TEST_F(calls, in_json_may_have_white_space_and_every_escape) {
  client one = connect();
  one.send(framed(R"( [ 1 , "get\u0055ser" , 1 , 7 , { "1" : {"rec": {"1":{"str":"u\u0039"} } } } ] )"));
  const answer got = read(one.read_frame(), protocol::json);
  EXPECT_EQ(got.name, "getUser");
  EXPECT_EQ(got.thrown, "userNotFound");
  EXPECT_EQ(got.value, json({{"userId", "u9"}}));
}

TEST_F(calls, throw_each_refusal_in_its_own_field) {
  execute(create("u1"));
  for (const protocol in : protocols) {
    const answer exists = ask("execute", "{\"command\": " + create("u1", "other@example.org") + "}", in);
    EXPECT_EQ(exists.thrown, "userAlreadyExists");
    EXPECT_EQ(exists.value, json({{"userId", "u1"}}));
  }
  EXPECT_EQ(execute(create("u2", "U1@example.org")).thrown, "emailTaken");
  EXPECT_EQ(execute(R"({"renameUser": {"userId": "u9", "name": "B"}})").thrown, "userNotFound");
  EXPECT_EQ(execute(R"({"reactivateUser": {"userId": "u1"}})").thrown, "userActive");
  execute(R"({"deactivateUser": {"userId": "u1"}})");
  EXPECT_EQ(execute(R"({"deactivateUser": {"userId": "u1"}})").thrown, "userInactive");
  EXPECT_EQ(ask("getUser", R"({"query": {"userId": "u9"}})").thrown, "userNotFound");
  EXPECT_EQ(ask("getUserByEmail", R"({"query": {"email": "no@example.org"}})").thrown, "emailNotFound");
}

TEST_F(calls, name_all_rules_that_a_command_breaks) {
  const answer got = ask_binary("execute", create_user("not a user", "", "no address") + std::string(1, '\0'));
  expect_problem(got, 422, "validation");
  EXPECT_EQ(got.value["detail"], "3 rules are broken.");
  std::set<std::string> pointers;
  for (const auto& each : got.value["errors"]) pointers.insert(each["pointer"]);
  EXPECT_EQ(pointers, (std::set<std::string>{"/createUser/userId", "/createUser/name", "/createUser/email"}));
}

TEST_F(calls, name_the_rules_that_a_query_breaks) {
  const answer got = ask_binary("getUser", field(12, 1) + string_field(1, "not a user") + std::string(2, '\0'));
  expect_problem(got, 422, "validation");
  EXPECT_EQ(got.value["errors"][0]["pointer"], "/userId");
}

TEST_F(calls, need_the_command_or_query) {
  const answer command = ask_binary("execute", std::string(1, '\0'));
  expect_problem(command, 422, "validation");
  EXPECT_EQ(command.value["errors"][0]["pointer"], "");
  expect_problem(ask_binary("execute", field(12, 1) + std::string(2, '\0')), 422, "validation");
  expect_problem(ask_binary("getUser", std::string(1, '\0')), 422, "validation");
}

TEST_F(calls, need_a_command_and_no_other_type) {
  expect_problem(ask_binary("execute", string_field(1, "createUser") + std::string(1, '\0')), 422, "validation");
}

TEST_F(calls, pass_over_what_a_newer_client_knows) {
  const std::string more = string_field(9, "new") + std::string(1, '\0');
  EXPECT_EQ(ask_binary("execute", create_user("u1", "Ada", "a@example.org") + more).thrown, "success");
}

TEST_F(calls, replay_the_answer_under_an_idempotency_key) {
  const answer first = execute(create("u1"), R"({"idempotencyKey": "k1"})");
  EXPECT_EQ(first.value["replayed"], false);
  const answer again = execute(create("u1"), R"({"idempotencyKey": "k1"})");
  EXPECT_EQ(again.value["replayed"], true);
  EXPECT_EQ(again.value["position"], first.value["position"]);
  expect_problem(execute(create("u2"), R"({"idempotencyKey": "k1"})"), 422, "idempotency-key-reused");
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; ");
}

TEST_F(calls, take_the_same_keys_as_http) {
  expect_problem(execute(create("u1"), R"({"idempotencyKey": "with a \n"})"), 422, "validation");
  const std::string empty_key = field(12, 2) + string_field(1, "") + std::string(2, '\0');
  const answer got = ask_binary("execute", create_user("u1", "Ada", "a@example.org") + empty_key);
  expect_problem(got, 422, "validation");
  EXPECT_EQ(got.value["errors"][0]["pointer"], "/options/idempotencyKey");
  EXPECT_EQ(execute(create("u1"), "{\"idempotencyKey\": \"" + std::string(255, 'k') + "\"}").thrown, "success");
}

TEST_F(calls, hold_a_stream_to_its_expected_sequence) {
  const answer absent = execute(R"({"renameUser": {"userId": "u1", "name": "B"}})", R"({"expectedSequence": 1})");
  expect_problem(absent, 412, "sequence-mismatch");
  EXPECT_EQ(absent.value["expected"], 1);
  EXPECT_EQ(absent.value["actual"], 0);
  EXPECT_EQ(execute(create("u1"), R"({"expectedSequence": 0})").thrown, "success");
  EXPECT_EQ(execute(R"({"renameUser": {"userId": "u1", "name": "B"}})", R"({"expectedSequence": 1})").thrown,
            "success");
  const answer behind = execute(R"({"renameUser": {"userId": "u1", "name": "C"}})", R"({"expectedSequence": 1})");
  expect_problem(behind, 412, "sequence-mismatch");
  EXPECT_EQ(behind.value["actual"], 2);
  const answer exists = execute(create("u1"), R"({"expectedSequence": 0})");
  expect_problem(exists, 412, "sequence-mismatch");
  EXPECT_EQ(exists.value["expected"], 0);
}

TEST_F(calls, keep_metadata_with_the_events) {
  execute(create("u1"));
  const auto event = running->read_log({0}, 1).value().events.front();
  EXPECT_THAT(event.from.traceparent, ::testing::MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-00"));
}

TEST_F(calls, say_that_nothing_was_written_when_the_disk_fails) {
  disk->fail_syncs();
  const answer unknown = execute(create("u1"));
  expect_problem(unknown, 503, "unavailable");
  EXPECT_EQ(unknown.value["detail"], "It is not known whether the command was carried out.");
  EXPECT_EQ(unknown.value["outcome"], "unknown");
  const answer later = execute(create("u2"));
  expect_problem(later, 503, "unavailable");
  EXPECT_EQ(later.value["detail"], "Commands are not accepted at present. Nothing was written.");
  EXPECT_EQ(ask("listUsers", R"({"query": {}})").thrown, "success");
}

TEST_F(calls, without_an_answer_are_carried_out_all_the_same) {
  client one = connect();
  one.send(framed(call("execute", "{\"command\": " + create("u1") + "}", protocol::binary, message_type::oneway)));
  one.send(framed(call("getUser", R"({"query": {"userId": "u1"}})", protocol::binary, message_type::call, 8)));
  const answer got = read(one.read_frame());
  EXPECT_EQ(got.sequence_id, 8);
  EXPECT_EQ(got.value["userId"], "u1");
}

TEST_F(calls, of_unknown_methods_are_refused_and_the_next_one_served) {
  for (const protocol in : protocols) {
    client one = connect();
    one.send(framed(call("getUsr", "{}", in)));
    const answer got = read(one.read_frame(), in);
    EXPECT_EQ(got.thrown, "fault");
    EXPECT_EQ(got.value["type"], static_cast<int>(fault_type::unknown_method));
    EXPECT_EQ(got.value["message"], "There is no method \"getUsr\" (did you mean \"getUser\"?).");
    one.send(framed(call("getUser", R"({"query": {"userId": "u9"}})", in)));
    EXPECT_EQ(read(one.read_frame(), in).thrown, "userNotFound");
  }
}

TEST_F(calls, are_told_apart_by_their_service) {
  const answer found = ask("NastyService:find", R"({"query": {"number": 5}})");
  EXPECT_EQ(found.name, "find");
  EXPECT_EQ(found.value["scalars"]["large"], 5);
  EXPECT_EQ(ask("UsersService:getUser", R"({"query": {"userId": "u9"}})").thrown, "userNotFound");
  EXPECT_EQ(ask("find", R"({})").value["type"], static_cast<int>(fault_type::unknown_method));
  EXPECT_EQ(ask("UserService:getUser", R"({"query": {"userId": "u9"}})").value["message"],
            "There is no service \"UserService\" (did you mean \"UsersService\"?).");
}

TEST_F(calls, of_methods_that_are_neither_command_nor_query_are_refused) {
  client one = connect();
  one.send(framed(binary_call("NastyService:nothing", std::string(1, '\0'))));
  EXPECT_EQ(read(one.read_frame()).value["type"], static_cast<int>(fault_type::unknown_method));
}

TEST_F(calls, carry_out_commands_of_a_domain_without_options) {
  const std::string done = R"({"command": {"doIt": {"number": 1, "word": "do"}}})";
  EXPECT_EQ(ask("NastyService:execute", done).value["stream"], "thing-1-do");
}

TEST_F(calls, tell_nothing_from_inside_of_a_fault) {
  const std::string fails = R"({"command": {"doIt": {"number": 1, "word": "throw"}}})";
  const answer command = ask("NastyService:execute", fails);
  EXPECT_EQ(command.value.dump().find("secret"), std::string::npos);
  // `find` declares no Problem.
  const answer query = ask("NastyService:find", R"({"query": {"number": 2}})");
  EXPECT_EQ(query.thrown, "fault");
  EXPECT_EQ(query.value["type"], static_cast<int>(fault_type::internal_error));
  EXPECT_EQ(query.value.dump().find("secret"), std::string::npos);
  EXPECT_THAT(query.value["message"].get<std::string>(), ::testing::HasSubstr("under trace"));
}

TEST_F(calls, are_counted_by_method_and_outcome) {
  execute(create("u1"));
  execute(create("u1"));
  ask("getUser", R"({"query": {"userId": "u1"}})");
  ask("nothing", "{}");
  stop_server();
  EXPECT_EQ(metric("weir_rpc_calls_total", {{"method", "UsersService.execute"}, {"outcome", "answered"}}), 1);
  EXPECT_EQ(metric("weir_rpc_calls_total", {{"method", "UsersService.execute"}, {"outcome", "refused"}}), 1);
  EXPECT_EQ(metric("weir_rpc_calls_total", {{"method", "UsersService.getUser"}, {"outcome", "answered"}}), 1);
  EXPECT_EQ(metric("weir_rpc_calls_total", {{"method", "none"}, {"outcome", "unknown_method"}}), 1);
  EXPECT_EQ(metric("weir_rpc_call_duration_seconds", {{"method", "UsersService.getUser"}, {"outcome", "answered"}}), 1);
  EXPECT_EQ(metric("weir_rpc_connections_accepted_total"), 4);
  EXPECT_EQ(metric("weir_rpc_connections"), 0);
}

class a_small_queue : public calls {
 protected:
  a_small_queue() {
    stop();
    options.queued_commands_max = 1;
    start();
  }
};

TEST_F(a_small_queue, refuses_what_does_not_fit) {
  disk->hold_syncs();
  auto first = submit(create("first"));
  disk->await_held_sync();
  auto second = submit(create("second"));
  const answer got = execute(create("third"));
  expect_problem(got, 503, "overloaded");
  disk->release_syncs();
  first.get();
  second.get();
}

/// Over users that are listed when the test lets them be.
class long_queries : public rpc_fixture {
 protected:
  long_queries() {
    restart();  // with the domain of this class
    for (int i = 0; i < 300; ++i) run(create("u" + std::to_string(i)));
  }
  ~long_queries() override { listing.release(); }

  std::vector<domain> domains() override {
    std::vector<domain> listed;
    listed.push_back(weir::testing::held_query::users());
    return listed;
  }

  weir::testing::held_query listing;
};

TEST_F(long_queries, leave_others_their_turn_on_the_thread) {
  client patient = connect();
  listing.hold();
  patient.send(framed(call("listUsers", R"({"query": {"limit": 1000}})")));
  ASSERT_TRUE(listing.await());
  EXPECT_EQ(ask("getUser", R"({"query": {"userId": "u7"}})").thrown, "success");
  listing.release();
  EXPECT_EQ(read(patient.read_frame()).value["users"].size(), 300u);
}

TEST_F(long_queries, are_refused_where_too_many_wait) {
  query_options_.threads = 1;
  query_options_.queued_max = 0;
  client patient = connect();
  listing.hold();
  patient.send(framed(call("listUsers", R"({"query": {"limit": 1000}})")));
  ASSERT_TRUE(listing.await());
  expect_problem(ask("listUsers", R"({"query": {"limit": 1000}})"), 503, "overloaded");
  listing.release();
  EXPECT_EQ(read(patient.read_frame()).thrown, "success");
}

}  // namespace
}  // namespace weir::rpc::test
