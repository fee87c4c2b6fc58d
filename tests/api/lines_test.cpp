#include <thread>

#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using ::testing::HasSubstr;

/// POST /commands with a command a line.
class commands_one_a_line : public api {
 protected:
  static std::string creation(const std::string& id) {
    return R"({"createUser":{"userId":")" + id + R"(","name":"Ada","email":")" + id + R"(@example.org"}})";
  }
  static std::string renaming(const std::string& id, const std::string& name) {
    return R"({"renameUser":{"userId":")" + id + R"(","name":")" + name + R"("}})";
  }
  answer lines(const std::string& body, std::string_view name = "Accept", std::string_view value = "*/*") {
    return request("POST", "/commands", {{"Content-Type", "application/x-ndjson"}, {name, value}}, body);
  }
  /// The answer's lines: a result's sequence, or a problem's line and the end of its type.
  static std::string summary(const answer& got) {
    EXPECT_EQ(got.status, 200) << got.body;
    EXPECT_EQ(got.field("content-type"), "application/x-ndjson");
    EXPECT_TRUE(got.body.empty() || got.body.ends_with('\n'));
    std::string all;
    std::istringstream text(got.body);
    for (std::string each; std::getline(text, each);) {
      const auto value = nlohmann::json::parse(each);
      if (!all.empty()) all += ' ';
      if (value.contains("type")) {
        all += value["line"].dump() + ":" + value["type"].get<std::string>().substr(10);
        EXPECT_TRUE(value["instance"].is_string());
      } else {
        all += value["sequence"].dump() + (value.contains("replayed") ? "r" : "");
      }
    }
    return all;
  }
};

TEST_F(commands_one_a_line, are_carried_out_in_order_each_by_itself) {
  const answer got = lines(creation("u1") + "\n" + renaming("u1", "B") + "\n" + creation("u1") + "\n" +
                           renaming("u1", "C") + "\n" + creation("u2") + "\n");
  EXPECT_EQ(summary(got), "1 2 3:UserAlreadyExists 3 1");
  EXPECT_TRUE(got.body.starts_with("{\"stream\":\"user-u1\",\"sequence\":1,\"position\":1}\n"));
  EXPECT_EQ(json(get("/users/u1"))["name"], "C");
}

TEST_F(commands_one_a_line, are_problems_where_they_are_none_and_the_others_go_on) {
  const answer got =
      lines("\xef\xbb\xbf" + creation("u1") + "\r\n\r\n \n" + "nonsense\n" + renaming("u1", "\xff") +
            "\n{\"creatUser\":{}}\n[" + creation("u2") + "]\n" + creation("no spaces") + "\n" + renaming("u1", "B"));
  EXPECT_EQ(summary(got), "1 4:malformed-json 5:malformed-json 6:unknown-command 7:validation 8:validation 2");
  EXPECT_THAT(got.body, HasSubstr("/createUser/userId"));
}

TEST_F(commands_one_a_line, have_a_limit_each_and_none_together) {
  const std::string blanks(limits::request_body_bytes_max - creation("u1").size(), ' ');
  std::string body = blanks + creation("u1") + "\n " + blanks + creation("u2") + "\n" + blanks + creation("u3");
  EXPECT_EQ(summary(lines(body)), "1 2:content-too-large 1");
  EXPECT_EQ(get("/users/u2").status, 404);
}

TEST_F(commands_one_a_line, may_be_none) {
  EXPECT_EQ(summary(request("POST", "/commands", {{"Content-Type", "application/x-ndjson"}, {"Content-Length", "0"}})),
            "");
  EXPECT_EQ(summary(lines("\n\n")), "");
}

TEST_F(commands_one_a_line, give_their_events_if_preferred) {
  const answer got = lines(creation("u1") + "\n" + renaming("u1", "Ada"), "Prefer", "return=representation");
  EXPECT_EQ(summary(got), "1 1");
  EXPECT_EQ(got.field("preference-applied"), "return=representation");
  EXPECT_THAT(got.body, HasSubstr("\"userCreated\":{\"userId\":\"u1\""));
  EXPECT_TRUE(got.body.ends_with("\"events\":[]}\n"));
}

TEST_F(commands_one_a_line, are_remembered_by_the_key_and_their_number) {
  EXPECT_EQ(summary(lines(creation("u1") + "\n\n" + renaming("u1", "B"), "Idempotency-Key", "k")), "1 2");
  EXPECT_EQ(summary(lines(creation("u1") + "\n\n" + renaming("u1", "B") + "\n" + renaming("u1", "C"), "Idempotency-Key",
                          "k")),
            "1r 2r 3");
  EXPECT_EQ(summary(lines(renaming("u1", "D") + "\n" + renaming("u1", "E"), "Idempotency-Key", "k")),
            "1:idempotency-key-reused 4");
  expect_problem(lines(creation("u2"), "Idempotency-Key", "caf\u00e9"), 400, "malformed-request");
}

TEST_F(commands_one_a_line, take_no_condition_on_one_stream) {
  expect_problem(lines(creation("u1"), "If-Match", "*"), 400, "malformed-request");
  expect_problem(lines(creation("u1"), "If-None-Match", "*"), 400, "malformed-request");
  EXPECT_EQ(get("/users/u1").status, 404);
}

TEST_F(commands_one_a_line, are_answered_one_a_line_or_not_at_all) {
  expect_problem(lines(creation("u1"), "Accept", "application/json"), 406, "not-acceptable");
  expect_problem(request("POST", "/commands/createUser", {{"Content-Type", "application/x-ndjson"}}, creation("u1")),
                 415, "unsupported-media-type");
  EXPECT_EQ(get("/users/u1").status, 404);
}

TEST_F(commands_one_a_line, are_asked_for_before_they_are_answered) {
  const std::string first = creation("u1") + "\n", second = creation("u2") + "\n";
  const auto chunk = [](const std::string& text) {
    char size[16];
    snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + text + "\r\n";
  };
  const struct {
    std::string field, first, rest;
  } framings[] = {{"Transfer-Encoding: chunked", chunk(first), chunk(second) + "0\r\n\r\n"},
                  {"Content-Length: " + std::to_string(first.size() + second.size()), first, second}};
  for (const auto& framing : framings) {
    client one = connect();
    one.send("POST /commands HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-ndjson\r\nExpect: 100-continue\r\n" +
             framing.field + "\r\n\r\n" + framing.first);
    EXPECT_EQ(one.read().status, 100);
    EXPECT_EQ(one.read_head().status, 200);
    EXPECT_THAT(one.read_until("\n"), HasSubstr("user-u1"));
    one.send(framing.rest);
    EXPECT_THAT(one.read_rest(), HasSubstr("user-u2"));
    EXPECT_EQ(one.get("/health/live").status, 200);
  }
}

TEST_F(commands_one_a_line, share_batches) {
  std::string body;
  for (int i = 0; i < 5'000; ++i) body += creation("u" + std::to_string(i)) + "\n";
  const int before = disk->syncs();
  const answer got = lines(body);
  EXPECT_EQ(std::count(got.body.begin(), got.body.end(), '\n'), 5'000);
  EXPECT_LT(disk->syncs() - before, 2'500);
  EXPECT_EQ(running->head().value, 5'000u);
}

TEST_F(commands_one_a_line, end_where_the_engine_has_stopped) {
  EXPECT_EQ(get("/health/ready").status, 200);
  disk->fail_syncs();
  std::string body;
  for (int i = 0; i < 5'000; ++i) body += creation("u" + std::to_string(i)) + "\n";
  client one = connect();
  one.send(text("POST", "/commands", {{"Content-Type", "application/x-ndjson"}}, body));
  const std::string got = one.read_to_end().value();
  EXPECT_THAT(got, HasSubstr("\"outcome\":\"unknown\""));
  const std::string last = got.substr(got.rfind("{\"type\""));
  EXPECT_THAT(last, HasSubstr("/problems/unavailable"));
  EXPECT_THAT(last, HasSubstr("from here on"));
  EXPECT_FALSE(got.ends_with("\r\n0\r\n\r\n"));
}

TEST_F(commands_one_a_line, whose_body_breaks_off_end_with_a_problem_and_without_the_end_of_an_answer) {
  for (const std::string& rest : {std::string("5\r\nhal"), std::string("nonsense\r\n")}) {
    client one = connect();
    const std::string line = creation("u" + std::to_string(rest.size())) + "\n";
    char size[16];
    snprintf(size, sizeof size, "%zx\r\n", line.size());
    one.send(
        text("POST", "/commands", {{"Content-Type", "application/x-ndjson"}, {"Transfer-Encoding", "chunked"}}, {}) +
        size + line + "\r\n" + rest);
    one.finish_sending();
    const std::string got = one.read_to_end().value();
    EXPECT_THAT(got, HasSubstr("\"sequence\":1"));
    EXPECT_THAT(got, HasSubstr("\"type\":\"/problems/malformed-request\""));
    EXPECT_THAT(got, HasSubstr("\"line\":2"));
    EXPECT_FALSE(got.ends_with("\r\n0\r\n\r\n"));
  }
}

TEST_F(commands_one_a_line, end_where_there_is_no_memory_for_one_and_say_so) {
  options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*options_.bodies);
  others.hold((1u << 20) - (64u << 10));
  const std::string blanks(100'000, ' ');
  const std::string body = creation("u1") + "\n" + creation("u2") + blanks + "\n" + creation("u3") + "\n";
  client one = connect();
  one.send(text("POST", "/commands", {{"Content-Type", "application/x-ndjson"}}, body));
  one.read_head();
  EXPECT_THAT(one.read_until("\"line\":2"), HasSubstr("/problems/overloaded"));
  EXPECT_EQ(get("/users/u1").status, 200);
  EXPECT_EQ(get("/users/u2").status, 404);
  others.hold(0);
  EXPECT_EQ(summary(lines(body)), "1:UserAlreadyExists 1 1");
}

TEST_F(commands_one_a_line, name_the_first_that_was_not_carried_out_for_want_of_memory) {
  options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*options_.bodies);
  others.hold((1u << 20) - (96u << 10));
  // Where the second line does not fit: while it arrives, or together with what is made of it.
  for (const std::size_t bytes : {50'000, 60'000, 90'000, 120'000}) {
    const std::string id = "u" + std::to_string(bytes);
    const std::string body =
        creation(id) + "\n" + creation(id + "b") + std::string(bytes, ' ') + "\n" + creation(id + "c") + "\n";
    client one = connect();
    one.send(text("POST", "/commands", {{"Content-Type", "application/x-ndjson"}}, body));
    one.read_head();
    const std::string got = one.read_until("/problems/overloaded");
    EXPECT_EQ(std::count(got.begin(), got.end(), '\n'), 1) << got;
    EXPECT_EQ(one.read_until("\"line\":").find("}"), std::string::npos);
    EXPECT_EQ(one.read_until("}"), "2}");
    EXPECT_EQ(get("/users/" + id).status, 200);
    EXPECT_EQ(get("/users/" + id + "b").status, 404);
  }
}

TEST_F(commands_one_a_line, take_turns_where_memory_is_short) {
  options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*options_.bodies);
  others.hold((1u << 20) - (64u << 10));
  std::string body, expected;
  for (int n = 0; n < 1000; ++n) {
    body += creation("u" + std::to_string(n)) + std::string(1000, ' ') + "\n";
    expected += n == 0 ? "1" : " 1";
  }
  EXPECT_EQ(summary(lines(body)), expected);
  while (options_.bodies->held() > (1u << 20) - (64u << 10)) std::this_thread::yield();
}

class lines_and_a_small_queue : public commands_one_a_line {
 protected:
  lines_and_a_small_queue() {
    stop();
    options.queued_commands_max = 4;
    start();
  }
};

TEST_F(lines_and_a_small_queue, wait_for_room_and_leave_some) {
  EXPECT_EQ(get("/health/ready").status, 200);
  disk->hold_syncs();
  auto first = submit(creation("first"));
  disk->await_held_sync();
  std::string body;
  for (int i = 0; i < 100; ++i) body += creation("u" + std::to_string(i)) + "\n";
  std::thread importing([&] {
    const answer got = lines(body);
    EXPECT_EQ(std::count(got.body.begin(), got.body.end(), '\n'), 100);
    EXPECT_EQ(got.body.find("/problems/"), std::string::npos);
  });
  // However many lines wait: there is room for two who ask for one command.
  auto second = submit(creation("second"));
  auto third = submit(creation("third"));
  disk->release_syncs();
  importing.join();
  for (auto* one : {&first, &second, &third}) EXPECT_TRUE(std::holds_alternative<acceptance>(one->get()));
  EXPECT_EQ(running->head().value, 103u);
}

}  // namespace
}  // namespace weir::api::test
