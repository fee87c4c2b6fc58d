// What is no call: told so where there is anybody to tell, and the connection closed.
#include <random>

#include "rpc/rpc_fixture.hpp"

namespace weir::rpc::test {
namespace {

using namespace std::string_literals;

class malformed_calls : public rpc_fixture {
 protected:
  void expect_refused_unframed(const std::string& bytes) {
    client one = connect();
    one.send(bytes);
    rpc_fixture::expect_refused(one, false, fault_type::protocol_error);
  }
  void expect_refused_in_frame(const std::string& message, protocol in = protocol::binary) {
    client one = connect();
    one.send(framed(message));
    rpc_fixture::expect_refused(one, true, fault_type::protocol_error, in);
  }
  void expect_closed(const std::string& bytes) {
    SCOPED_TRACE(::testing::PrintToString(bytes));
    client one = connect();
    one.send(bytes).finish_sending();
    EXPECT_TRUE(one.is_closed());
  }
  static std::string header(std::string_view name = "getUser") { return "\x80\x01\0\1"s + framed(name) + "\0\0\0\7"s; }
};

TEST_F(malformed_calls, that_are_not_thrift_are_closed_without_a_word) {
  expect_closed("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  expect_closed("\xff\xff\xff\xff\xff\xff\xff\xff");
  expect_closed("\x82\x21\x01\x07getUser");
  expect_closed("[1,\"getUser\",1,0,{}]");
  expect_closed("\x7f\xff\xff\xff");
  expect_closed("\0\0\0\0"s);
  expect_closed("");
}

TEST_F(malformed_calls, that_claim_to_be_huge_are_refused_at_once) {
  expect_refused_unframed("\x80\x01\0\1\x7f\xff\xff\xff"s);
  expect_refused_unframed("\x80\x01\0\1\xff\xff\xff\xff"s);
  expect_refused_unframed(header() + "\x0b\0\1\x7f\xff\xff\xff"s);          // a string
  expect_refused_unframed(header() + "\x0b\0\1\xff\xff\xff\xff"s);          // of a negative length
  expect_refused_unframed(header() + "\x0f\0\1\x0c\x7f\xff\xff\xff"s);      // a list of structs
  expect_refused_unframed(header() + "\x0d\0\1\x0b\x0b\x7f\xff\xff\xff"s);  // a map
  expect_refused_unframed(header() + "\x0e\0\1\x03\x7f\xff\xff\xff"s);      // a set of bytes
  client one = connect();
  one.send("\x7f\xff\xff\xff"s + header());
  expect_refused(one, true, fault_type::protocol_error);
}

TEST_F(malformed_calls, that_never_end_are_refused_at_the_limit) {
  server_options_.message_bytes_max = 10'000;
  std::string endless = header();
  while (endless.size() < 11'000) endless += "\x0c\0\1\0"s;
  expect_refused_unframed(endless);
}

TEST_F(malformed_calls, with_sizes_beyond_the_frame_are_refused) {
  expect_refused_in_frame("\x80\x01\0\1\0\0\xff\xff"s);
  expect_refused_in_frame(header() + "\x0b\0\1\0\1\0\0"s);
  expect_refused_in_frame(header() + "\x0f\0\1\x0c\0\1\0\0"s);
  expect_refused_in_frame("\x82\x21\x01\x7f"s + "getUser", protocol::compact);
  expect_refused_in_frame("\x82\x21\x01\x07getUser\x18\xff\xff\xff\xff\x0f"s, protocol::compact);
}

TEST_F(malformed_calls, with_bytes_after_their_end_are_refused) {
  expect_refused_in_frame(header() + "\0\0"s);
  expect_refused_in_frame("[1,\"getUser\",1,7,{}]]", protocol::json);
  expect_refused_in_frame("[1,\"getUser\",1,7,{}", protocol::json);
  expect_refused_in_frame("[1,\"getUser\",1,7]", protocol::json);
  expect_refused_in_frame("[2,\"getUser\",1,7,{}]", protocol::json);
  expect_refused_in_frame("[]", protocol::json);
  expect_refused_in_frame("[", protocol::json);
}

TEST_F(malformed_calls, that_are_truncated_in_their_frame_are_told_so) {
  const std::string whole = header() + "\x0c\0\1\x0b\0\1\0\0\0\2u9\0\0"s;
  for (const std::size_t missing : {1, 2, 4, 7}) {
    client one = connect();
    one.send(framed(whole.substr(0, whole.size() - missing)));
    const answer got = read(one.read_frame());
    EXPECT_EQ(got.thrown, "fault");
    EXPECT_EQ(got.value["message"], "The message is truncated: it ends before its struct does.") << missing;
  }
}

TEST_F(malformed_calls, with_types_that_there_are_not_are_refused) {
  expect_refused_unframed(header() + "\x63\0\1"s);
  expect_refused_unframed(header() + "\x0f\0\1\x63\0\0\0\1"s);
  expect_refused_in_frame(header() + "\x63\0\1\0"s);
}

TEST_F(malformed_calls, that_are_answers_are_refused) {
  for (const protocol in : protocols) {
    for (const int type : {2, 3, 5}) {
      client one = connect();
      one.send(framed(call("getUser", R"({"query": {"userId": "a"}})", in, static_cast<message_type>(type))));
      expect_refused(one, true, fault_type::invalid_message_type, in);
    }
  }
}

TEST_F(malformed_calls, that_are_nested_too_deep_are_refused) {
  std::string lists = header() + "\x0f\0\x09\x0f\0\0\0\1"s;
  for (int i = 0; i < 100'000; ++i) lists += "\x0f\0\0\0\1"s;
  expect_refused_unframed(lists);
  expect_refused_in_frame(lists);
  std::string structs = header();
  for (int i = 0; i < 100'000; ++i) structs += "\x0c\0\x09"s;
  expect_refused_unframed(structs);
  expect_refused_in_frame(structs);
}

TEST_F(malformed_calls, nested_as_deep_as_can_be_are_not) {
  std::string tree = "{}";
  for (int i = 0; i < 20; ++i) tree = R"({"children": [)" + tree + "]}";
  const std::string command =
      R"({"command": {"doIt": {"number": 1, "word": "do", "everything": {"tree": )" + tree + "}}}}";
  client one = connect();
  one.send(call("NastyService:execute", command));
  EXPECT_EQ(read(one.read_message(), protocol::binary, "NastyService:execute").thrown, "success");
}

TEST_F(malformed_calls, with_a_name_that_is_no_text_are_refused_without_quoting_it) {
  client one = connect();
  one.send(header("\xff\xfe") + "\0"s);
  const std::string bytes = one.read_message();
  const message got = read_message(bytes, protocol::binary).value();
  EXPECT_EQ(got.header.type, message_type::exception);
  EXPECT_EQ(got.arguments.find('\xff'), std::string::npos);
}

TEST_F(malformed_calls, are_answered_under_their_own_number) {
  client one = connect();
  one.send(framed(header() + "\0\0"s));
  const answer got = read(one.read_frame());
  EXPECT_EQ(got.name, "getUser");
  EXPECT_EQ(got.sequence_id, 7);
}

TEST_F(malformed_calls, are_counted) {
  expect_refused_unframed(header() + "\x63\0\1"s);
  expect_refused_in_frame(header() + "\0\0"s);
  EXPECT_EQ(metric("weir_rpc_calls_total", {{"method", "none"}, {"outcome", "malformed"}}), 2);
}

TEST_F(malformed_calls, of_any_kind_leave_the_server_well) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<std::string> good;
  for (const protocol in : protocols) {
    good.push_back(
        framed(call("execute", "{\"command\": " + create("u1") + R"(, "options": {"expectedSequence": 3}})", in)));
    good.push_back(framed(call("listUsers", R"({"query": {"limit": 5, "status": "ACTIVE"}})", in)));
  }
  good.push_back(call("getUser", R"({"query": {"userId": "a"}})"));
  for (int round = 0; round < 300; ++round) {
    std::string bytes = good[random() % good.size()];
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    client one = connect();
    one.send(bytes).finish_sending();
    one.read_to_end();
  }
  EXPECT_EQ(ask("getUser", R"({"query": {"userId": "u9"}})").thrown, "userNotFound");
}

}  // namespace
}  // namespace weir::rpc::test
