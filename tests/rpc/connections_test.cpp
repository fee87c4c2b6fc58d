// How calls travel.
#include <thread>

#include "rpc/rpc_fixture.hpp"

namespace weir::rpc::test {
namespace {

using namespace std::chrono_literals;

class connections : public rpc_fixture {
 protected:
  std::string get(const std::string& user, std::int32_t sequence_id = 7, protocol in = protocol::binary) {
    return call("getUser", "{\"query\": {\"userId\": \"" + user + "\"}}", in, message_type::call, sequence_id);
  }
};

TEST_F(connections, take_messages_with_and_without_frames) {
  client one = connect();
  one.send(get("a"));
  EXPECT_EQ(read(one.read_message()).value["userId"], "a");
  one.send(framed(get("b")));
  EXPECT_EQ(read(one.read_frame()).value["userId"], "b");
}

TEST_F(connections, take_any_protocol_in_frames) {
  client one = connect();
  for (const protocol in : protocols) {
    one.send(framed(get("a", 7, in)));
    EXPECT_EQ(read(one.read_frame(), in).value["userId"], "a");
  }
}

TEST_F(connections, take_a_message_byte_by_byte) {
  client one = connect();
  for (const char byte : get("a")) one.send({&byte, 1});
  EXPECT_EQ(read(one.read_message()).value["userId"], "a");
  for (const char byte : framed(get("b"))) one.send({&byte, 1});
  EXPECT_EQ(read(one.read_frame()).value["userId"], "b");
}

TEST_F(connections, answer_pipelined_calls_in_order) {
  client one = connect();
  std::string pipelined;
  for (int i = 0; i < 500; ++i) {
    const std::string user = "u" + std::to_string(i);
    const bool command = i % 5 == 0;
    const std::string message =
        command ? call("execute", "{\"command\": " + create(user) + "}", protocol::binary, message_type::call, i)
                : get(user, i);
    pipelined += i % 2 == 0 ? message : framed(message);
  }
  one.send(pipelined);
  for (int i = 0; i < 500; ++i) {
    const answer got = read(i % 2 == 0 ? one.read_message() : one.read_frame());
    ASSERT_EQ(got.sequence_id, i);
    ASSERT_EQ(got.thrown, i % 5 == 0 ? "success" : "userNotFound");
  }
}

TEST_F(connections, answer_what_was_sent_before_the_sending_half_was_closed) {
  client one = connect();
  one.send(get("a") + get("b")).finish_sending();
  EXPECT_EQ(read(one.read_message()).value["userId"], "a");
  EXPECT_EQ(read(one.read_message()).value["userId"], "b");
  EXPECT_TRUE(one.is_closed());
}

TEST_F(connections, take_large_messages) {
  const std::string command =
      R"({"command": {"deactivateUser": {"userId": "u1", "reason": ")" + std::string(1000, 'x') + R"("}}})";
  std::string padded = call("execute", command);
  padded.pop_back();  // the end of the arguments, before which something unknown goes
  padded += std::string("\x0b\x00\x09", 3) + framed(std::string(1u << 20, 'x')) + std::string(1, '\0');
  client one = connect();
  one.send(padded);
  EXPECT_EQ(read(one.read_message()).thrown, "userNotFound");
  one.send(framed(padded));
  EXPECT_EQ(read(one.read_frame()).thrown, "userNotFound");
  one.send(get("a"));
  EXPECT_EQ(read(one.read_message()).value["userId"], "a");
}

TEST_F(connections, share_the_memory_for_long_messages) {
  server_options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*server_options_.bodies);
  const std::string command =
      R"({"command": {"deactivateUser": {"userId": "u1", "reason": ")" + std::string(1000, 'x') + R"("}}})";
  std::string padded = call("execute", command);
  padded.pop_back();
  padded += std::string("\x0b\x00\x09", 3) + framed(std::string(300'000, 'x')) + std::string(1, '\0');
  others.hold(700'000);
  client unframed = connect(), in_frame = connect(), small = connect();
  unframed.send(padded);
  in_frame.send(framed(padded));
  expect_refused(unframed, false, fault_type::internal_error);
  expect_refused(in_frame, true, fault_type::internal_error);
  EXPECT_EQ(metric("weir_rpc_calls_total", {{"method", "none"}, {"outcome", "overloaded"}}), 2);
  small.send(get("a"));
  EXPECT_EQ(read(small.read_message()).value["userId"], "a");
  others.hold(0);
  while (server_options_.bodies->held() > 0) std::this_thread::yield();  // also what was refused
  client one = connect();
  one.send(padded);
  EXPECT_EQ(read(one.read_message()).thrown, "userNotFound");
  while (server_options_.bodies->held() > 0) std::this_thread::yield();
}

TEST_F(connections, have_memory_for_a_long_reply_or_are_told) {
  server_options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*server_options_.bodies);
  for (int n = 0; n < 800; ++n) ASSERT_EQ(execute(create("u" + std::to_string(n))).thrown, "success");
  const std::string list = call("listUsers", R"({"query": {"limit": 1000}})");
  client one = connect(), two = connect();
  one.send(list);
  EXPECT_EQ(read(one.read_message(), protocol::binary, "listUsers").thrown, "success");
  others.hold(1'000'000);
  two.send(list);
  expect_refused(two, false, fault_type::internal_error);
  EXPECT_EQ(execute(create("after")).thrown, "success");
}

TEST_F(connections, serve_many_clients_at_once) {
  server_options_.threads = 2;
  const std::uint16_t where = port();
  constexpr int clients = 32, commands = 20;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([this, where, i] {
      client one(where);
      for (int n = 0; n < commands; ++n) {
        const std::string user = "u" + std::to_string(i) + "." + std::to_string(n);
        one.send(call("execute", "{\"command\": " + create(user) + "}"));
        EXPECT_EQ(read(one.read_message()).value["stream"], "user-" + user);
        one.send(get(user));
        EXPECT_EQ(read(one.read_message()).value["userId"], user);
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(running->head(), position{clients * commands});
  whole_log();
}

TEST_F(connections, give_one_key_one_effect_from_many_clients_at_once) {
  const std::uint16_t where = port();
  std::atomic<int> first{0}, replayed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      client one(where);
      one.send(call("execute", "{\"command\": " + create("u1") + R"(, "options": {"idempotencyKey": "k"}})"));
      (read(one.read_message()).value["replayed"] == true ? replayed : first)++;
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(replayed, 15);
}

TEST_F(connections, above_the_limit_are_closed) {
  server_options_.connections_max = 2;
  client one = connect(), two = connect();
  one.send(get("a"));
  one.read_message();
  two.send(get("a"));
  two.read_message();
  client three = connect();
  EXPECT_TRUE(three.is_closed());
  one.send(get("a"));
  EXPECT_EQ(read(one.read_message()).thrown, "userNotFound");
}

TEST_F(connections, that_are_idle_are_closed) {
  server_options_.idle_deadline = 100ms;
  client never = connect(), once = connect();
  once.send(get("a"));
  once.read_message();
  EXPECT_TRUE(never.is_closed());
  EXPECT_TRUE(once.is_closed());
}

TEST_F(connections, whose_message_does_not_come_in_time_are_told_and_closed) {
  server_options_.request_deadline = 100ms;
  client unframed = connect(), in_frame = connect(), nearly_nothing = connect();
  unframed.send(get("a").substr(0, 20));
  in_frame.send(framed(get("a")).substr(0, 30));
  nearly_nothing.send(std::string(1, '\0'));
  expect_refused(unframed, false, fault_type::protocol_error);
  expect_refused(in_frame, true, fault_type::protocol_error);
  nearly_nothing.finish_sending();
  EXPECT_TRUE(nearly_nothing.is_closed());
}

TEST_F(connections, have_the_deadline_anew_for_each_message) {
  server_options_.request_deadline = 200ms;
  client one = connect();
  const auto until = std::chrono::steady_clock::now() + 600ms;
  while (std::chrono::steady_clock::now() < until) {
    one.send(get("a").substr(0, 10));
    one.send(get("a").substr(10));
    ASSERT_EQ(read(one.read_message()).value["userId"], "a");
  }
}

TEST_F(connections, that_do_not_take_their_answers_are_given_up) {
  server_options_.write_deadline = 100ms;
  for (int i = 0; i < 200; ++i) execute(create("u" + std::to_string(i)));
  client one = connect();
  std::string calls;
  for (int i = 0; i < 2000; ++i) calls += call("listUsers", R"({"query": {"limit": 1000}})");
  one.send(calls);
  const auto begun = std::chrono::steady_clock::now();
  stop_server();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
}

}  // namespace
}  // namespace weir::rpc::test
