// The log and its streams as server-sent events.
#include <gmock/gmock.h>

#include "api/api_fixture.hpp"

namespace weir::api::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class server_sent_events : public api {
 protected:
  client follow(std::string_view path, fields headers = {}) {
    client one = connect();
    std::string head = "GET " + std::string(path) + " HTTP/1.1\r\nHost: t\r\nAccept: text/event-stream\r\n";
    for (const auto& [name, value] : headers) head.append(name).append(": ").append(value).append("\r\n");
    one.send(head + "\r\n");
    const answer got = one.read_head();
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("content-type"), "text/event-stream");
    return one;
  }
  void rename(const std::string& id, const std::string& name) {
    command(R"({"renameUser": {"userId": ")" + id + R"(", "name": ")" + name + R"("}})");
  }
  /// A position as an id: with the mark of the log.
  std::string id(std::uint64_t at) {
    history marks = running->history();
    std::string text;
    append_position(text, position{at}, marks.mark_at(position{at}).value().value());
    return text;
  }
  /// The position in the first `id:` line.
  static int id_of(const std::string& text) { return std::stoi(text.substr(text.find("id: ") + 4)); }
};

TEST_F(server_sent_events, are_history_first_and_then_what_happens) {
  create("u1");
  create("u2");
  client one = follow("/events");
  EXPECT_THAT(one.read_until("\n\n"), StartsWith("retry: "));
  const auto event = json(get("/events"))["events"][0].dump();
  EXPECT_EQ(one.read_until("\n\n"), "id: " + id(1) + "\nevent: userCreated\ndata: " + event + "\n\n");
  EXPECT_EQ(id_of(one.read_until("\n\n")), 2);
  EXPECT_EQ(one.read_until("\n\n"), "id: " + id(2) + "\nevent: caught-up\ndata: {\"position\":2}\n\n");
  for (int n = 3; n <= 20; ++n) {
    create("u" + std::to_string(n));
    EXPECT_THAT(one.read_until("\n\n"),
                StartsWith("id: " + id(static_cast<std::uint64_t>(n)) + "\nevent: userCreated\ndata: {"));
  }
}

TEST_F(server_sent_events, come_in_short_pieces_where_memory_is_short) {
  options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*options_.bodies);
  for (int n = 1; n <= 100; ++n) create("u" + std::to_string(n));
  const std::string in_long_ones = follow("/events").read_until("caught-up");
  const std::string lines = get("/events", {{"Accept", "application/x-ndjson"}}).body;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 100);
  others.hold(1u << 20);
  EXPECT_EQ(follow("/events").read_until("caught-up"), in_long_ones);
  EXPECT_EQ(get("/events", {{"Accept", "application/x-ndjson"}}).body, lines);
}

/// The longest chunk of an answer as it came over the wire.
std::size_t longest_chunk(std::string_view raw) {
  raw.remove_prefix(raw.find("\r\n\r\n") + 4);
  std::size_t longest = 0;
  while (true) {
    const std::size_t bytes = std::stoul(std::string(raw.substr(0, raw.find("\r\n"))), nullptr, 16);
    if (bytes == 0) return longest;
    longest = std::max(longest, bytes);
    raw.remove_prefix(raw.find("\r\n") + 2 + bytes + 2);
  }
}

TEST_F(server_sent_events, and_lines_leave_half_of_the_memory_to_others) {
  options_.bodies = std::make_shared<memory_budget>(1u << 20);
  memory_budget::share others(*options_.bodies);
  for (int n = 1; n <= 200; ++n) create("u" + std::to_string(n));
  const auto lines = [this] {
    client one = connect();
    one.send("GET /events HTTP/1.1\r\nHost: t\r\nAccept: application/x-ndjson\r\nConnection: close\r\n\r\n");
    return one.read_to_end().value();
  };
  EXPECT_GT(longest_chunk(lines()), limits::short_feed_piece_bytes * 4);
  others.hold(500'000);
  EXPECT_LT(longest_chunk(lines()), limits::short_feed_piece_bytes * 2);
}

TEST_F(server_sent_events, and_lines_that_wait_hold_no_memory) {
  options_.bodies = std::make_shared<memory_budget>(1u << 20);
  std::vector<client> waiting;
  for (int n = 0; n < 10; ++n) {
    waiting.push_back(connect());
    waiting.back().send(
        "GET /events?after=head HTTP/1.1\r\nHost: t\r\nAccept: application/x-ndjson\r\nPrefer: wait=30\r\n\r\n");
    EXPECT_EQ(get("/health/live").status, 200);
    EXPECT_EQ(options_.bodies->held(), 0u);
  }
  create("u1");
  for (client& one : waiting) {
    EXPECT_EQ(one.read_head().status, 200);
    EXPECT_THAT(one.read_rest(), HasSubstr("\"position\":1"));
  }
}

TEST_F(server_sent_events, go_on_where_the_client_was) {
  for (const char* id : {"u1", "u2", "u3"}) create(id);
  const auto first_of = [](client one) {
    one.read_until("\n\n");
    return id_of(one.read_until("\n\n"));
  };
  EXPECT_EQ(first_of(follow("/events?after=1")), 2);
  EXPECT_EQ(first_of(follow("/events", {{"Last-Event-ID", "2"}})), 3);
  EXPECT_EQ(first_of(follow("/events?after=0", {{"Last-Event-ID", "2"}})), 3);
  EXPECT_EQ(first_of(follow("/events", {{"Last-Event-ID", ""}})), 1);
  // As polyfills of EventSource send it, of which some add one more each time.
  EXPECT_EQ(first_of(follow("/events?lastEventId=2")), 3);
  EXPECT_EQ(first_of(follow("/events?after=0&lastEventId=1&lastEventId=2")), 3);
  EXPECT_EQ(first_of(follow("/events?lastEventId=")), 1);
  EXPECT_EQ(first_of(follow("/events?lastEventId=1", {{"Last-Event-ID", "2"}})), 3);
  EXPECT_EQ(first_of(follow("/events?lastEventId=2", {{"Last-Event-ID", ""}})), 3);
  client future = follow("/events?after=head");
  future.read_until("caught-up\ndata: {\"position\":3}\n\n");
  create("u4");
  EXPECT_EQ(id_of(future.read_until("\n\n")), 4);
}

TEST_F(server_sent_events, are_of_one_stream_with_the_logs_positions) {
  create("u1");
  create("u2");
  rename("u1", "B");
  client whole = follow("/streams/user-u1/events");
  whole.read_until("\n\n");
  EXPECT_EQ(id_of(whole.read_until("\n\n")), 1);
  EXPECT_THAT(whole.read_until("\n\n"), StartsWith("id: " + id(3) + "\nevent: userRenamed\n"));
  whole.read_until("caught-up");
  client later = follow("/streams/user-u1/events", {{"Last-Event-ID", "1"}});
  later.read_until("\n\n");
  EXPECT_EQ(id_of(later.read_until("\n\n")), 3);
  client by_parameter = follow("/streams/user-u1/events?from=1&lastEventId=1");
  by_parameter.read_until("\n\n");
  EXPECT_EQ(id_of(by_parameter.read_until("\n\n")), 3);
  client from = follow("/streams/user-u1/events?from=2");
  from.read_until("\n\n");
  EXPECT_EQ(id_of(from.read_until("\n\n")), 3);
  create("u3");
  rename("u1", "C");
  for (client* each : {&whole, &later, &from}) {
    EXPECT_THAT(each->read_until("\"C\""), Not(HasSubstr("userCreated")));
  }
  expect_problem(get("/streams/user-nobody/events", {{"Accept", "text/event-stream"}}), 404, "not-found");
}

TEST_F(server_sent_events, move_the_id_on_over_what_is_not_wanted) {
  options_.heartbeat = 20ms;
  create("u1");
  client one = follow("/events?types=userRenamed");
  EXPECT_THAT(one.read_until("caught-up\ndata: {\"position\":1}\n\n"), Not(HasSubstr("userCreated")));
  create("u2");
  one.read_until(": heartbeat\nid: " + id(2) + "\n\n");
  rename("u2", "B");
  EXPECT_THAT(one.read_until("data: "), HasSubstr("id: " + id(3) + "\nevent: userRenamed\n"));
}

TEST_F(server_sent_events, refuse_what_makes_no_sense_for_them) {
  create("u1");
  const std::pair<std::string_view, std::string_view> as_events{"Accept", "text/event-stream"};
  expect_problem(get("/events?limit=5", {as_events}), 422, "validation");
  expect_problem(get("/streams/user-u1/events?direction=backward", {as_events}), 422, "validation");
  expect_problem(get("/events", {as_events, {"Last-Event-ID", "x"}}), 400, "malformed-request");
  for (const char* path : {"/events", "/streams/user-u1/events"}) {
    const answer got = get(path + std::string("?lastEventId=x"), {as_events});
    expect_problem(got, 400, "malformed-request");
    EXPECT_THAT(got.body, HasSubstr("lastEventId must be a position"));
    // The header field goes before it, and excuses nothing.
    const answer both = get(path + std::string("?lastEventId=x"), {as_events, {"Last-Event-ID", "0"}});
    expect_problem(both, 400, "malformed-request");
  }
  expect_problem(get("/users?lastEventId=1"), 422, "validation");
}

TEST_F(server_sent_events, end_cleanly_and_at_once_when_the_server_stops) {
  create("u1");
  client one = follow("/events");
  one.read_until("caught-up");
  const auto begun = std::chrono::steady_clock::now();
  stop_server();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  one.read_rest();  // throws if the last chunk is missing
}

TEST_F(server_sent_events, end_when_the_client_has_gone) {
  create("u1");
  {
    client one = follow("/events");
    one.read_until("caught-up");
    EXPECT_THAT(get("/metrics").body, HasSubstr("weir_http_subscribers{kind=\"sse\"} 1"));
  }
  while (get("/metrics").body.find("weir_http_subscribers{kind=\"sse\"} 0") == std::string::npos) {
  }
}

TEST_F(server_sent_events, cut_off_a_client_that_does_not_read) {
  options_.write_deadline = 100ms;
  create("u1");
  client one = follow("/events");
  // More than the sockets between the two hold, which is some megabytes.
  for (int n = 0; n < 40 && get("/metrics").body.find("kind=\"sse\"} 0") == std::string::npos; ++n) {
    std::string array;
    for (int i = 0; i < 1000; ++i) {
      array += std::string(array.empty() ? "[" : ",") + R"({"renameUser":{"userId":"u1","name":")" +
               std::string(180, i % 2 == 0 ? 'x' : 'y') + R"("}})";
    }
    command(array + "]");
  }
  while (get("/metrics").body.find("weir_http_subscribers{kind=\"sse\"} 0") == std::string::npos) {
  }
}

}  // namespace
}  // namespace weir::api::test
