// How a server ends.
#include <future>

#include "rpc/rpc_fixture.hpp"

namespace weir::rpc::test {
namespace {

using namespace std::chrono_literals;

class stopping : public rpc_fixture {
 protected:
  /// Sends a command whose sync waits for disk->release_syncs().
  void send_held_command(client& by) {
    disk->hold_syncs();
    by.send(call("execute", "{\"command\": " + create("u1") + "}"));
    disk->await_held_sync();
  }
};

TEST_F(stopping, answers_the_call_in_progress_and_closes) {
  client one = connect();
  send_held_command(one);
  client idle = connect();
  auto stopped = std::async(std::launch::async, [&] { stop_server(); });
  EXPECT_TRUE(idle.is_closed());  // so the stop has begun
  disk->release_syncs();
  EXPECT_EQ(read(one.read_message()).thrown, "success");
  EXPECT_TRUE(one.is_closed());
  stopped.get();
}

TEST_F(stopping, closes_idle_connections_at_once) {
  client fresh = connect(), used = connect();
  used.send(call("getUser", R"({"query": {"userId": "a"}})"));
  used.read_message();
  const auto begun = std::chrono::steady_clock::now();
  stop_server();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_TRUE(fresh.is_closed());
  EXPECT_TRUE(used.is_closed());
}

TEST_F(stopping, takes_no_further_connection) {
  const std::uint16_t where = port();
  stop_server();
  EXPECT_THROW(client{where}, std::system_error);
}

TEST_F(stopping, cuts_what_is_left_at_the_deadline) {
  server_options_.drain_deadline = 50ms;
  client half = connect();
  half.send(call("getUser", R"({"query": {"userId": "a"}})").substr(0, 20));
  client held = connect();
  send_held_command(held);
  stop_server();
  disk->release_syncs();
  EXPECT_EQ(held.read_to_end().value_or(""), "");
  EXPECT_EQ(half.read_to_end().value_or(""), "");
}

TEST_F(stopping, is_done_with_nobody_there) {
  port();
  stop_server();
  stop_server();
}

}  // namespace
}  // namespace weir::rpc::test
