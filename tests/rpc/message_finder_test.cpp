// Where a message ends, however its bytes arrive.
#include "rpc/message_finder.hpp"

#include <random>

#include <gtest/gtest.h>

#include "rpc/client.hpp"

namespace weir::rpc::test {
namespace {

using namespace std::string_literals;

constexpr std::size_t limit = 1u << 20;

/// A value of some type in TBinary, and its type.
class random_values {
 public:
  explicit random_values(unsigned seed) : random_(seed) {}

  /// With a version, or as old clients write it: without one, and the type behind the name.
  std::string message() {
    const std::string name = framed(std::string(1 + below(20), 'n'));
    const std::string header = below(2) == 0 ? "\x80\x01\0\1"s + name : name + '\1';
    return header + "\0\0\0\7"s + structure(below(6));
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  static std::string number(std::size_t value) { return framed("").substr(0, 3) + static_cast<char>(value); }
  std::string structure(std::size_t depth) {
    std::string bytes;
    for (std::size_t i = below(5); i > 0; --i) {
      const char type = some_type(depth);
      bytes += type + "\0"s + static_cast<char>(i) + value(type, depth);
    }
    return bytes + '\0';
  }
  char some_type(std::size_t depth) {
    static constexpr std::array<char, 11> types{2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15};
    return types[below(depth == 0 ? 7 : types.size())];
  }
  std::string value(char type, std::size_t depth) {
    switch (type) {
      case 2:
      case 3:
        return "x";
      case 6:
        return "xx";
      case 8:
        return "xxxx";
      case 4:
      case 10:
        return "xxxxxxxx";
      case 11:
        return framed(std::string(below(300), 's'));
      case 12:
        return structure(depth - 1);
      case 13:
        return map(depth - 1);
      default:
        return list(depth - 1);
    }
  }
  std::string list(std::size_t depth) {
    const char type = some_type(depth);
    const std::size_t size = below(4);
    std::string bytes = type + number(size);
    for (std::size_t i = 0; i < size; ++i) bytes += value(type, depth);
    return bytes;
  }
  std::string map(std::size_t depth) {
    const char key = some_type(depth), element = some_type(depth);
    const std::size_t size = below(4);
    std::string bytes = ""s + key + element + number(size);
    for (std::size_t i = 0; i < size; ++i) bytes += value(key, depth) + value(element, depth);
    return bytes;
  }

  std::mt19937 random_;
};

TEST(message_finder, finds_the_end_wherever_the_bytes_are_cut) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  random_values some(seed);
  for (int round = 0; round < 2000; ++round) {
    const std::string message = some.message();
    const bool in_frame = some.below(2) == 0;
    const std::string bytes = in_frame ? framed(message) : message;
    const std::string input = bytes + bytes;
    message_finder finder(limit);
    for (std::size_t come = 0; come < bytes.size(); come += 1 + some.below(bytes.size())) {
      const auto found = finder.look(std::string_view(input).substr(0, come));
      ASSERT_TRUE(std::holds_alternative<message_finder::incomplete>(found)) << come << " of " << bytes.size();
    }
    const auto found = finder.look(input);
    const auto* complete = std::get_if<message_finder::complete>(&found);
    ASSERT_TRUE(complete != nullptr);
    EXPECT_EQ(complete->bytes, bytes.size());
    EXPECT_EQ(complete->message, message);
    EXPECT_EQ(complete->framed, in_frame);
    EXPECT_EQ(complete->in, codec::protocol::binary);
  }
}

TEST(message_finder, takes_a_message_of_just_the_limit_and_none_above) {
  for (const bool in_frame : {false, true}) {
    std::string message = "\x80\x01\0\1\0\0\0\1n\0\0\0\7"s + "\x0b\0\1"s;
    message += framed(std::string(limit - message.size() - 5, 's')) + '\0';
    ASSERT_EQ(message.size(), limit);
    const std::string bytes = in_frame ? framed(message) : message;
    EXPECT_TRUE(std::holds_alternative<message_finder::complete>(message_finder(limit).look(bytes)));
    EXPECT_TRUE(std::holds_alternative<message_finder::fault>(message_finder(limit - 1).look(bytes)));
  }
}

TEST(message_finder, takes_a_message_without_a_version_of_just_the_limit_and_none_above) {
  for (const bool in_frame : {false, true}) {
    std::string message = "\0\0\0\1n\1\0\0\0\7"s + "\x0b\0\1"s;
    message += framed(std::string(limit - message.size() - 5, 's')) + '\0';
    ASSERT_EQ(message.size(), limit);
    const std::string bytes = in_frame ? framed(message) : message;
    EXPECT_TRUE(std::holds_alternative<message_finder::complete>(message_finder(limit).look(bytes)));
    EXPECT_TRUE(std::holds_alternative<message_finder::fault>(message_finder(limit - 1).look(bytes)));
  }
}

TEST(message_finder, never_waits_for_more_than_the_limit) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = "\x80\x01"s;
    while (bytes.size() < 304) bytes += static_cast<char>(random() % 16);
    EXPECT_FALSE(std::holds_alternative<message_finder::incomplete>(message_finder(300).look(bytes)));
  }
}

TEST(message_finder, finds_json_behind_white_space) {
  const std::string bytes = framed(" \r\n [1,\"a\",1,7,{}]");
  message_finder finder(limit);
  for (std::size_t come = 0; come < bytes.size(); ++come) {
    const auto found = finder.look(std::string_view(bytes).substr(0, come));
    EXPECT_TRUE(std::holds_alternative<message_finder::incomplete>(found)) << come;
  }
  const auto found = finder.look(bytes);
  const auto* complete = std::get_if<message_finder::complete>(&found);
  ASSERT_TRUE(complete != nullptr);
  EXPECT_EQ(complete->in, codec::protocol::json);
  EXPECT_TRUE(std::holds_alternative<message_finder::fault>(message_finder(limit).look(framed("    "))));
}

TEST(message_finder, knows_what_a_part_of_a_message_is) {
  EXPECT_EQ(message_finder::begin_of("\x80\x01\0"s).in, codec::protocol::binary);
  EXPECT_FALSE(message_finder::begin_of("\x80\x01\0"s).framed);
  EXPECT_EQ(message_finder::begin_of("\0\0\1\0\x82\x21"s).in, codec::protocol::compact);
  EXPECT_EQ(message_finder::begin_of("\0\0\1\0["s).in, codec::protocol::json);
  EXPECT_EQ(message_finder::begin_of("\0\0\0\7get"s).in, codec::protocol::binary);
  EXPECT_FALSE(message_finder::begin_of("\0\0\0\7get"s).framed);
  EXPECT_EQ(message_finder::begin_of("\0\0\1\0\0\0\0\7get"s).in, codec::protocol::binary);
  EXPECT_TRUE(message_finder::begin_of("\0\0\1\0\0\0\0\7get"s).framed);
  EXPECT_EQ(message_finder::begin_of("\0\0"s).in, std::nullopt);
  EXPECT_EQ(message_finder::begin_of("").in, std::nullopt);
}

}  // namespace
}  // namespace weir::rpc::test
