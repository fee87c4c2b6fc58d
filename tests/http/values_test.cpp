// What is read out of targets and header fields, as tables.
#include <set>

#include <gmock/gmock.h>

#include "base/url.hpp"
#include "http/allowed_hosts.hpp"
#include "http/header_values.hpp"
#include "http/problem.hpp"
#include "http/representation.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace weir::http::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(list_elements, are_split_at_commas_outside_of_quotes) {
  EXPECT_THAT(list_elements("a, b ,,\t\"c,d\\\",e\", f"), ElementsAre("a", "b", "\"c,d\\\",e\"", "f"));
  EXPECT_THAT(list_elements(" , "), IsEmpty());
}

TEST(conditions, are_a_star_or_a_list_of_tags) {
  EXPECT_TRUE(read_condition(" * ")->any);
  const auto tags = read_condition("\"1\", W/\"a,b\"")->tags;
  ASSERT_EQ(tags.size(), 2u);
  EXPECT_EQ(tags[0].opaque, "1");
  EXPECT_FALSE(tags[0].weak);
  EXPECT_EQ(tags[1].opaque, "a,b");
  EXPECT_TRUE(tags[1].weak);
  for (const char* bad : {"", ",", "1", "\"1", "1\"", "w/\"1\"", "*, \"1\"", "\"1\" \"2\""}) {
    EXPECT_FALSE(read_condition(bad)) << bad;
  }
}

TEST(tags, are_numbers_only_as_they_are_written_here) {
  EXPECT_EQ(tag_number({"18446744073709551615"}), 18446744073709551615u);
  for (const char* bad : {"", "01", "+1", "-1", "1 ", "one", "18446744073709551616"}) {
    EXPECT_FALSE(tag_number({bad})) << bad;
  }
}

TEST(tags, are_of_one_representation_and_of_one_state) {
  std::set<std::string> tags;
  for (const representation each : struct_representations) {
    tags.insert(tag_of("3", each));
    EXPECT_EQ(state_of(tag_of("3", each)), "3");
  }
  EXPECT_EQ(tags, (std::set<std::string>{"3", "3-binary", "3-compact", "3-tjson"}));
  EXPECT_EQ(state_of("3-gzip"), "3-gzip");
}

TEST(idempotency_keys, are_printable_and_may_be_quoted) {
  EXPECT_EQ(idempotency_key("a b"), "a b");
  EXPECT_EQ(idempotency_key("\"a\\\"b\\\\\""), "a\"b\\");
  EXPECT_EQ(idempotency_key("8e03978e-40d5-43dd-bc93-6894a57f9324"), "8e03978e-40d5-43dd-bc93-6894a57f9324");
  for (const char* bad : {"", " ", "\"", "\"\"", "\"a", "\"a\"b\"", "\"a\\b\"", "a\x01", "\xc3\xa9"}) {
    EXPECT_FALSE(idempotency_key(bad)) << bad;
  }
}

TEST(urls, are_escaped_so_that_they_come_back_as_they_were) {
  for (const std::string& text :
       {std::string("a/b c?d#e%f&g=h+i"), std::string("ada@example.org"), std::string("é\0", 3)}) {
    std::string url = "/";
    append_path_segment(url, text);
    url += "?a=";
    append_query_value(url, text);
    target read;
    EXPECT_EQ(read.read(url), std::nullopt) << url;
    EXPECT_THAT(read.segments(), ElementsAre(text));
    EXPECT_EQ(read.parameter("a"), text);
  }
}

TEST(paths, keep_their_empty_segments) {
  target read;
  EXPECT_EQ(read.read("//a/"), std::nullopt);
  EXPECT_THAT(read.segments(), ElementsAre("", "a", ""));
  EXPECT_EQ(read.read("http://host?x"), std::nullopt);
  EXPECT_THAT(read.segments(), ElementsAre(""));
  EXPECT_EQ(read.parameter("x"), "");
}

TEST(hosts, are_allowed_by_name_whatever_the_port_and_the_case) {
  const allowed_hosts some({"localhost", "127.0.0.1", "[::1]"});
  for (const char* good : {"localhost", "localhost:", "LocalHost:80", "localhost.", "localhost.:8", "127.0.0.1:65535",
                           "[::1]", "[::1]:8080", ""}) {
    EXPECT_TRUE(some.allow(good)) << good;
  }
  for (const char* bad : {"example.org", "localhost.example.org", "xlocalhost", "localhost@example.org", "127.0.0.1:x",
                          "127.0.0.1:80:80", "[::1", "[::1]x", "[::2]", "::1", ":80", ".", "localhost.."}) {
    EXPECT_FALSE(some.allow(bad)) << bad;
    EXPECT_TRUE(allowed_hosts().allow(bad)) << bad;
  }
  for (const char* good : {"weir.example.org", "192.0.2.1", "[2001:db8::1]", "a_b-c"})
    EXPECT_TRUE(is_host(good)) << good;
  for (const char* bad : {"", "a:1", "http://a", "a/", "a b", "::1", "[::1", "a.", "*", "[a]:1"}) {
    EXPECT_FALSE(is_host(bad)) << bad;
  }
}

TEST(targets, have_an_authority_if_they_are_absolute) {
  target read;
  EXPECT_EQ(read.read("HTTP://host:80/a"), std::nullopt);
  EXPECT_EQ(read.authority(), "host:80");
  EXPECT_EQ(read.read("/a"), std::nullopt);
  EXPECT_EQ(read.authority(), "");
}

TEST(header_fields, cannot_be_begun_by_a_value) {
  response answer;
  answer.set("Location", "/a\r\nSet-Cookie: b\x7f");
  EXPECT_EQ(answer.fields, "Location: /aSet-Cookie: b\r\n");
}

TEST(routes, cannot_be_two_of_one_path) {
  router routes;
  const auto nothing = [](exchange&) {};
  routes.add_quick(method::get, "/a/{b}", auth::requirement::open(), nothing);
  EXPECT_THROW(routes.add_quick(method::get, "/a/{b}", auth::requirement::open(), nothing), std::logic_error);
  EXPECT_THROW(routes.add_quick(method::post, "/a/{c}", auth::requirement::open(), nothing), std::logic_error);
  routes.add_quick(method::post, "/a/{b}", auth::requirement::open(), nothing);
  std::vector<std::string_view> values;
  EXPECT_EQ(routes.find({"a", "x"}, values)->allow, "GET, HEAD, POST, OPTIONS");
  EXPECT_THAT(values, ElementsAre("x"));
  EXPECT_EQ(routes.find({"a", ""}, values), nullptr);
}

TEST(problems, keep_their_own_members_from_those_of_an_exception) {
  problem what = make_problem(problem_kind::not_found, "Gone.");
  what.extras["title"] = "another";
  what.extras["size"] = 3;
  const auto json = nlohmann::json::parse(to_response(what, "/a#b").body);
  EXPECT_EQ(json["title"], "Not found");
  EXPECT_EQ(json["size"], 3);
  EXPECT_EQ(json["instance"], "/a#b");
}

}  // namespace
}  // namespace weir::http::test
