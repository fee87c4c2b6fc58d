// Requests that are none, or that two readers could read as two different ones.
#include "http/transport_fixture.hpp"

namespace weir::http::test {
namespace {

class malformed_requests : public transport {
 protected:
  void expect_malformed(std::string_view bytes) { expect_refused(bytes, 400, "malformed-request"); }
};

TEST_F(malformed_requests, garbage) {
  expect_malformed("\x16\x03\x01\x02\x01\x01");  // a TLS client
  expect_malformed(std::string_view("\0\0\0\0", 4));
  expect_malformed(" GET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("hello\r\n\r\n");
  expect_malformed("GET /hello\r\nHost: t\r\n\r\n");
  expect_malformed("GET /hello HTTP/3.7\r\nHost: t\r\n\r\n");
  expect_malformed("GET /hello FTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  expect_malformed("GET  /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /he llo HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("G\x01T /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("\r\n\r\n\r\n\r\n\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
}

TEST_F(malformed_requests, targets_that_are_none) {
  expect_malformed("GET hello HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET http:///hello HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET ftp://example.org/hello HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("CONNECT example.org:80 HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /things/%zz HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /things/%4 HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /things/%ff HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /query?a=%c0%af HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /hello#fragment HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /things/\xc3\xa9 HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET /query?a=\xc3\xa9 HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_malformed("GET http://\xc3\xa9.example/hello HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(ask("GET /things/%c3%a9 HTTP/1.1\r\nHost: t\r\n\r\n").body, "thing \xc3\xa9");
}

TEST_F(malformed_requests, are_answered_without_a_body_where_they_are_a_head) {
  options_.target_bytes_max = 100;
  options_.request_deadline = std::chrono::milliseconds(100);
  const struct {
    int status;
    std::string rest;  // of the request, after its method
  } requests[] = {
      {400, " /things/%zz HTTP/1.1\r\nHost: t\r\n\r\n"},
      {400, " /hello HTTP/1.1\r\n\r\n"},
      {400, " /hello HTTP/1.1\r\nHost: t\r\nX: \x01\r\n\r\n"},
      {400, " /hello HTTP/1.1\r\nHost: t\r\nX: a\n\r\n"},
      {400, " /hello#fragment HTTP/1.1\r\nHost: t\r\n\r\n"},
      {400, " /hello HTTP/3.7\r\nHost: t\r\n\r\n"},
      {408, " /hello HTTP/1.1\r\nHost: t\r\n"},
      {414, " /" + std::string(100, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n"},
      {414, " /" + std::string(1000, 'x')},
      {431, " /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n"},
      {501, " /hello HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
  };
  for (const auto& each : requests) {
    SCOPED_TRACE(each.rest.substr(0, 60));
    const answer got = ask("GET" + each.rest);
    EXPECT_EQ(got.status, each.status);
    client one = connect();
    one.send("HEAD" + each.rest);
    const answer head = one.read(true);
    EXPECT_EQ(head.status, each.status);
    EXPECT_EQ(head.field("content-type"), "application/problem+json");
    EXPECT_EQ(head.field("content-length"), std::to_string(got.body.size()));
    one.finish_sending();
    EXPECT_TRUE(one.is_closed());
  }
}

TEST_F(malformed_requests, fields_with_one_value_that_are_given_two) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n";
  expect_malformed(head + "Content-Type: application/json\r\nX: y\r\ncontent-type: text/plain\r\n\r\na");
  expect_malformed(head + "Last-Event-ID: 1\r\nLast-Event-ID: 2\r\n\r\na");
  EXPECT_EQ(ask(head + "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\na").status, 200);
  EXPECT_EQ(ask(head + "Accept: a/b\r\nAccept: a/c\r\n\r\na").status, 200);
}

TEST_F(malformed_requests, hosts_that_are_missing_or_many) {
  expect_malformed("GET /hello HTTP/1.1\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n");
}

TEST_F(malformed_requests, lines_that_do_not_end_as_lines_do) {
  expect_malformed("GET /hello HTTP/1.1\nHost: t\n\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\r\nX: a\r\n\n");
  expect_malformed("GET /hello HTTP/1.2\rxHost: t\r\n\r\n");
}

TEST_F(malformed_requests, fields_that_are_folded_or_have_no_name) {
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\r\nX: a\r\n b\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\n Host: t\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\r\nno colon\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\r\n: empty\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost : t\r\n\r\n");
  expect_malformed("GET /hello HTTP/1.1\r\nHost: t\r\nX: \x01\r\n\r\n");
}

TEST_F(malformed_requests, bodies_of_two_lengths) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\n";
  expect_malformed(head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /");
  expect_malformed(head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /");
  expect_malformed(head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef");
  expect_malformed(head + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde");
  expect_malformed(head + "Content-Length: 5, 5\r\n\r\nabcde");
  expect_malformed(head + "Content-Length: +5\r\n\r\nabcde");
  expect_malformed(head + "Content-Length: -5\r\n\r\nabcde");
  expect_malformed(head + "Content-Length: 0x5\r\n\r\nabcde");
  expect_malformed(head + "Content-Length: 5 5\r\n\r\nabcde");
  expect_malformed(head + "Content-Length: \r\n\r\nabcde");
  expect_malformed(head + "Content-Length: 99999999999999999999\r\n\r\nabcde");
}

TEST_F(malformed_requests, transfer_codings_that_are_not_understood) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\n";
  for (const char* unknown : {"gzip", "gzip, chunked", "gzip;level=9, chunked", "identity", "xchunked",
                              "identity\r\nTransfer-Encoding: chunked"}) {
    expect_refused(head + "Transfer-Encoding: " + unknown + "\r\n\r\n0\r\n\r\n", 501, "not-implemented");
  }
  for (const char* bad :
       {"chunked, gzip", "chunked, chunked", "\"chunked\"", "chunked;q=1", "", ",", "gzip\r\nContent-Length: 5"}) {
    expect_malformed(head + "Transfer-Encoding: " + bad + "\r\n\r\n0\r\n\r\n");
  }
  expect_malformed(head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  expect_malformed("POST /echo HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(ask(head + "Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n").body, "a");
}

TEST_F(malformed_requests, chunks_that_are_none) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect_malformed(head + "x\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "-1\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "0x3\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "3 \r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "3\r\nabcd\r\n0\r\n\r\n");
  expect_malformed(head + "2\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "3\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "3;=\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "3;" + std::string(20'000, 'x'));
  expect_malformed(head + "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n");
  expect_malformed(head + "3\r\nabc\r\n0;a=\"\n\n\"\r\n\r\n");
  expect_malformed(head + "3;a=\"b\r\nabc\r\n");
  expect_malformed(head + "3;a=\"b\\\"\r\nabc\r\n");
  expect_malformed(head + "3\r\nabc\r\n0;a=\"b\r\n");
  expect_malformed(head + "1\r\na\r\n0\r\nno colon\r\n\r\n");
  expect_malformed(head + "1\r\na\r\n0\r\nX: " + std::string(20'000, 'x'));
}

TEST_F(malformed_requests, end_pipelines_at_the_fault) {
  client one = connect();
  one.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\nGARBAGE\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(one.read().status, 200);
  expect_problem(one.read(), 400, "malformed-request");
  one.finish_sending();
  EXPECT_TRUE(one.is_closed());
}

}  // namespace
}  // namespace weir::http::test
