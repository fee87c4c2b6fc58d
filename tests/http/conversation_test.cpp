// HTTP/1.1 as clients that behave speak it.
#include <thread>

#include <gmock/gmock.h>
#include <prometheus/metric_family.h>

#include "http/transport_fixture.hpp"

namespace weir::http::test {
namespace {

using testing::HasSubstr;

class conversation : public transport {};

TEST_F(conversation, answers_many_requests_on_one_connection) {
  client one = connect();
  for (int i = 0; i < 10; ++i) {
    const answer got = one.get("/hello");
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "hello");
    EXPECT_FALSE(got.has("connection"));
    EXPECT_THAT(got.field("date"), HasSubstr(" GMT"));
  }
}

TEST_F(conversation, answers_pipelined_requests_in_order) {
  client one = connect();
  std::string requests;
  for (int i = 0; i < 100; ++i) {
    const std::string body = "number " + std::to_string(i);
    requests += "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  one.send(requests);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.read().body, "number " + std::to_string(i));
}

TEST_F(conversation, answers_pipelined_chunked_requests_in_order) {
  client one = connect();
  std::string requests;
  for (int i = 0; i < 100; ++i) {
    requests += "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;ext=\"v\"\r\n" +
                std::to_string(i % 10) + "\r\n0\r\nTrailer: x\r\n\r\n";
  }
  one.send(requests);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.read().body, "ab" + std::to_string(i % 10));
}

TEST_F(conversation, keeps_no_pipelined_answer_back_while_it_waits) {
  const std::string hello = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n";
  client one = connect();
  // For the rest of a head, for the rest of a body, for a handler.
  one.send(hello + hello + hello.substr(0, 9));
  EXPECT_EQ(one.read().body, "hello");
  EXPECT_EQ(one.read().body, "hello");
  one.send(hello.substr(9) + hello + "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nab");
  EXPECT_EQ(one.read().body, "hello");
  EXPECT_EQ(one.read().body, "hello");
  one.send("c" + hello + "GET /hold HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(one.read().body, "abc");
  EXPECT_EQ(one.read().body, "hello");
  wait_until_held();
  release();
  EXPECT_EQ(one.read().status, 200);
}

TEST_F(conversation, answers_pipelined_requests_in_order_whatever_their_answers_are_like) {
  client one = connect();
  std::string requests;
  for (int i = 0; i < 3'000; ++i) {
    requests += "GET /things/" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\n\r\n";
    if (i % 1'000 == 500) requests += "GET /big HTTP/1.1\r\nHost: t\r\n\r\nGET /stream HTTP/1.1\r\nHost: t\r\n\r\n";
    if (i % 100 == 7) requests += "\r\nGET /fault HTTP/1.1\r\nHost: t\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: t\r\n\r\n";
  }
  requests += "GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n";
  std::jthread sending([&] { one.send(requests); });
  for (int i = 0; i < 3'000; ++i) {
    ASSERT_EQ(one.read().body, "thing " + std::to_string(i));
    if (i % 1'000 == 500) {
      ASSERT_EQ(one.read().body.size(), 8u << 20);
      ASSERT_EQ(one.read().status, 200);
    }
    if (i % 100 == 7) {
      ASSERT_EQ(one.read().status, 500);
      ASSERT_EQ(one.read().status, 404);
    }
  }
  EXPECT_EQ(one.read().body, "hello");
  sending.join();
  EXPECT_TRUE(one.is_closed());
}

TEST_F(conversation, answers_requests_that_arrive_byte_by_byte) {
  client one = connect();
  const std::string_view requests =
      "\r\nPOST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\ndef";
  for (const char c : requests) one.send({&c, 1});
  EXPECT_EQ(one.read().body, "abc");
  EXPECT_EQ(one.read().body, "def");
}

TEST_F(conversation, answers_head_as_get_without_the_body) {
  client one = connect();
  one.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  const answer got = one.read(true);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-length"), "5");
  EXPECT_EQ(got.field("content-type"), "text/plain");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, answers_head_of_a_stream_with_its_head) {
  client one = connect();
  one.send("HEAD /stream HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(one.read(true).field("transfer-encoding"), "chunked");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, answers_head_of_nothing_without_a_body_too) {
  client one = connect();
  one.send("HEAD /nowhere HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(one.read(true).status, 404);
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, answers_options_with_what_is_allowed) {
  const answer got = ask("OPTIONS /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(got.status, 204);
  EXPECT_EQ(got.field("allow"), "GET, HEAD, OPTIONS");
  EXPECT_FALSE(got.has("content-length"));
  EXPECT_EQ(ask("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n").status, 204);
}

TEST_F(conversation, says_what_is_allowed_where_a_method_is_not) {
  const answer got = ask("DELETE /echo HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_problem(got, 405, "method-not-allowed");
  EXPECT_EQ(got.field("allow"), "POST, OPTIONS");
  for (const char* standard : {"PUT", "PATCH", "TRACE"}) {
    expect_problem(ask(standard + std::string(" /echo HTTP/1.1\r\nHost: t\r\n\r\n")), 405, "method-not-allowed");
  }
}

TEST_F(conversation, does_not_implement_methods_that_it_does_not_know) {
  for (const char* method : {"BREW", "PROPFIND", "get", "X"}) {
    for (const char* path : {"/echo", "/nowhere", "*"}) {
      client one = connect();
      one.send(method + std::string(" ") + path + " HTTP/1.1\r\nHost: t\r\n\r\n");
      expect_problem(one.read(), 501, "not-implemented");
      EXPECT_EQ(one.get("/hello").body, "hello");
    }
  }
}

TEST_F(conversation, speaks_to_later_minor_versions_as_to_1_1) {
  client one = connect();
  for (const char* version : {"HTTP/1.2", "HTTP/1.9"}) {
    one.send("GET /query?a=b " + std::string(version) + "\r\nHost: t\r\n\r\n");
    const answer got = one.read();
    EXPECT_EQ(got.body, "a=b;");
    EXPECT_FALSE(got.has("connection"));
    one.send("POST /echo " + std::string(version) +
             "\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(one.read().body, "abc");
  }
}

TEST_F(conversation, suggests_a_path_where_there_is_nothing) {
  const answer got = connect().get("/helo");
  expect_problem(got, 404, "not-found");
  EXPECT_THAT(got.body, HasSubstr("/hello"));
  EXPECT_THAT(connect().get("/something/else/entirely").body, testing::Not(HasSubstr("Did you mean")));
}

TEST_F(conversation, asks_for_a_body_that_waits_to_be_asked_for) {
  client one = connect();
  one.send("POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(one.read().status, 100);
  one.send("body");
  EXPECT_EQ(one.read().body, "body");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

/// A request whose client waits to be asked for its body, and sends the beginning of it all the same.
struct begun_body {
  std::string path;
  bool chunked;
  [[nodiscard]] std::string head() const {
    return "POST " + path + " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n" +
           (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 9\r\n\r\n");
  }
  [[nodiscard]] std::string beginning() const { return chunked ? "5\r\nbegin\r\n" : "begin"; }
  [[nodiscard]] std::string rest() const { return chunked ? "4\r\nrest\r\n0\r\n\r\n" : "rest"; }
};

TEST_F(conversation, asks_for_a_body_before_a_streamed_answer_or_not_at_all) {
  for (const bool chunked : {false, true}) {
    for (const bool beginning_comes_with_the_head : {false, true}) {
      const begun_body sent{"/mirror", chunked};
      client one = connect();
      one.send(sent.head() + (beginning_comes_with_the_head ? sent.beginning() : ""));
      EXPECT_EQ(one.read().status, 100);
      if (!beginning_comes_with_the_head) one.send(sent.beginning());
      EXPECT_EQ(one.read_head().status, 200);
      EXPECT_EQ(one.read_until("begin"), "begin");
      one.send(sent.rest());
      EXPECT_EQ(one.read_rest(), "rest");
      EXPECT_EQ(one.get("/hello").body, "hello");
    }
  }
}

TEST_F(conversation, does_not_ask_for_a_body_once_it_has_answered) {
  for (const bool chunked : {false, true}) {
    const begun_body streamed{"/mirror?first=answer", chunked}, whole{"/ignore", chunked};
    client one = connect();
    one.send(streamed.head() + streamed.beginning());
    EXPECT_EQ(one.read_head().status, 200);
    EXPECT_EQ(one.read_until("begin"), "begin");
    one.send(streamed.rest());
    EXPECT_EQ(one.read_rest(), "rest");
    one.send(whole.head() + whole.beginning());
    EXPECT_EQ(one.read().body, "ignored");
    one.send(whole.rest());
    EXPECT_EQ(one.get("/hello").body, "hello");
  }
}

TEST_F(conversation, does_not_ask_for_a_body_that_is_there) {
  client one = connect();
  one.send("POST /mirror HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody");
  const answer got = one.read();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "body");
}

TEST_F(conversation, does_not_ask_for_a_body_that_nobody_reads) {
  client one = connect();
  one.send("POST /ignore HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  const answer got = one.read();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("connection"), "close");
}

TEST_F(conversation, reads_past_a_body_that_nobody_reads) {
  client one = connect();
  one.send("POST /ignore HTTP/1.1\r\nHost: t\r\nContent-Length: 30000\r\n\r\n" + std::string(30000, 'x'));
  EXPECT_EQ(one.read().body, "ignored");
  one.send("POST /ignore HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n");
  EXPECT_EQ(one.read().body, "ignored");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, closes_rather_than_reading_past_a_long_body) {
  client one = connect();
  one.send("POST /ignore HTTP/1.1\r\nHost: t\r\nContent-Length: 900000\r\n\r\n" + std::string(900000, 'x'));
  const answer got = one.read();
  EXPECT_EQ(got.body, "ignored");
  EXPECT_EQ(got.field("connection"), "close");
  one.finish_sending();
  EXPECT_TRUE(one.is_closed());
}

TEST_F(conversation, hands_a_body_to_its_handler_piece_by_piece) {
  client one = connect();
  one.send("POST /pieces HTTP/1.1\r\nHost: t\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x'));
  EXPECT_EQ(one.read().body, "5000000");
  std::string chunks;
  for (int i = 0; i < 100; ++i) chunks += "4e20\r\n" + std::string(20'000, 'x') + "\r\n";
  one.send("POST /pieces HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n");
  EXPECT_EQ(one.read().body, "2000000");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, sends_what_is_larger_than_the_sockets_buffers) {
  EXPECT_EQ(connect().get("/big").body.size(), 8u << 20);
}

TEST_F(conversation, streams_in_chunks) {
  client one = connect();
  const answer got = one.get("/stream?pieces=3");
  EXPECT_EQ(got.field("transfer-encoding"), "chunked");
  EXPECT_EQ(got.body, "piece 0\npiece 1\npiece 2\n");
  EXPECT_EQ(one.get("/stream?pieces=0").body, "");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, cuts_a_stream_that_fails_so_that_the_client_sees_it) {
  client one = connect();
  one.send("GET /cut HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto got = one.read_to_end();
  ASSERT_TRUE(got.has_value());
  EXPECT_THAT(*got, HasSubstr("the beginning"));
  EXPECT_THAT(*got, testing::Not(HasSubstr("\r\n0\r\n\r\n")));
}

TEST_F(conversation, speaks_http_1_0) {
  client one = connect();
  one.send("GET /hello HTTP/1.0\r\n\r\n");
  const answer got = one.read();
  EXPECT_EQ(got.body, "hello");
  EXPECT_EQ(got.field("connection"), "close");
  EXPECT_TRUE(one.is_closed());
}

TEST_F(conversation, keeps_an_http_1_0_connection_on_request) {
  client one = connect();
  one.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(one.read().field("connection"), "keep-alive");
  one.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const answer got = one.read();
  EXPECT_FALSE(got.has("transfer-encoding"));
  EXPECT_EQ(got.body, "piece 0\npiece 1\npiece 2\n");
}

TEST_F(conversation, closes_when_asked_to) {
  client one = connect();
  one.send("GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(one.read().field("connection"), "close");
  EXPECT_TRUE(one.is_closed());
}

TEST_F(conversation, answers_a_client_that_has_finished_sending) {
  client one = connect();
  one.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\nGET /things/1 HTTP/1.1\r\nHost: t\r\n\r\n").finish_sending();
  EXPECT_EQ(one.read().body, "hello");
  EXPECT_EQ(one.read().body, "thing 1");
  EXPECT_TRUE(one.is_closed());
}

TEST_F(conversation, outlives_clients_that_leave_within_a_request) {
  for (const std::string_view part :
       {"", "GET", "GET /hello HTTP/1.1\r\nHo", "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "GET /big HTTP/1.1\r\nHost: t\r\n\r\n"}) {
    connect().send(part);
    client half = connect();
    half.send(part).finish_sending();
    half.read_to_end();
  }
  EXPECT_EQ(connect().get("/hello").body, "hello");
}

TEST_F(conversation, takes_an_absolute_target) {
  EXPECT_EQ(ask("GET http://example.org/hello HTTP/1.1\r\nHost: t\r\n\r\n").body, "hello");
  EXPECT_EQ(ask("GET HTTP://example.org:80/things/7?x=1 HTTP/1.1\r\nHost: t\r\n\r\n").body, "thing 7");
}

TEST_F(conversation, decodes_segments_and_parameters) {
  client one = connect();
  EXPECT_EQ(one.get("/things/a%2Fb%20c").body, "thing a/b c");
  EXPECT_EQ(one.get("/things/special").body, "special");
  EXPECT_EQ(one.get("/things/special/parts/a+b").body, "special a+b");
  EXPECT_EQ(one.get("/query?a=1&b=x%26y&a=03:20%2B01&c&d=1+2&=e").body, "a=1;b=x&y;a=03:20+01;c=;d=1 2;=e;");
  EXPECT_EQ(one.get("/query?a+b=+&%2B=1%20+2%2B").body, "a b= ;+=1  2+;");
  EXPECT_EQ(one.get("/things/a+b%2B%20").body, "thing a+b+ ");
  expect_problem(one.get("/things/"), 404, "not-found");
}

TEST_F(conversation, continues_the_callers_trace_or_begins_one) {
  const answer continued = ask(
      "GET /trace HTTP/1.1\r\nHost: t\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
  EXPECT_THAT(continued.body, testing::MatchesRegex("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01"));
  EXPECT_THAT(continued.body, testing::Not(HasSubstr("b7ad6b7169203331")));
  const answer begun = ask(
      "GET /trace HTTP/1.1\r\nHost: t\r\ntraceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\n\r\n");
  EXPECT_THAT(begun.body, testing::MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-00"));
  EXPECT_THAT(begun.body, testing::Not(HasSubstr("00000000000000000000")));
  const std::string one = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
  EXPECT_THAT(ask("GET /trace HTTP/1.1\r\nHost: t\r\n" + one + one + "\r\n").body, testing::Not(HasSubstr("0af76519")));
}

TEST_F(conversation, tells_nobody_what_went_wrong_inside) {
  client one = connect();
  const answer got = one.get("/fault");
  expect_problem(got, 500, "internal");
  EXPECT_THAT(got.body, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(got.body, HasSubstr("trace"));
  expect_problem(one.get("/silence"), 500, "internal");
  EXPECT_EQ(one.get("/hello").body, "hello");
}

TEST_F(conversation, counts_what_it_answered) {
  client one = connect();
  one.get("/hello");
  one.get("/things/1");
  one.get("/things/2");
  one.get("/nowhere");
  one.get("/hello");
  const auto families = traffic_->Collect();
  double things = 0, nowhere = 0;
  for (const auto& metric : families.front().metric) {
    if (metric.label[0].value == "/things/{id}" && metric.label[2].value == "200") things = metric.counter.value;
    if (metric.label[0].value == "none" && metric.label[2].value == "404") nowhere = metric.counter.value;
  }
  EXPECT_EQ(things, 2);
  EXPECT_EQ(nowhere, 1);
}

TEST_F(conversation, serves_a_thousand_connections_at_once) {
  options_.threads = 2;
  std::vector<client> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(connect());
  for (int round = 0; round < 2; ++round) {
    for (client& each : clients) each.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
    for (client& each : clients) EXPECT_EQ(each.read().body, "hello");
  }
}

}  // namespace
}  // namespace weir::http::test
