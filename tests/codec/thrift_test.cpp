#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

decoded from_compact(std::string_view digits, const char* structure) {
  return from_thrift(unhex(digits), protocol::compact, nasty_shape(structure));
}

decoded from_binary(std::string_view digits, const char* structure) {
  return from_thrift(unhex(digits), protocol::binary, nasty_shape(structure));
}

bool is_malformed(const decoded& from) { return std::holds_alternative<malformed>(from); }

TEST(thrift_input, that_breaks_rules_is_refused_with_all_of_them) {
  // Bounded: 1 "a", 3: 6, 4: [1, 2, 3]
  EXPECT_THAT(
      violations_of(from_compact("18 01 61 25 0c 19 35 02 04 06 00", "Bounded")),
      ElementsAre(Pair("/text", "must have at least 2 characters, and has 1"), Pair("/number", "must be at most 5"),
                  Pair("/items", "must have at most 2 items, and has 3")));
  // Containers: 5 names {a, a}
  EXPECT_THAT(violations_of(from_compact("5a 28 01 61 01 61 00", "Containers")),
              ElementsAre(Pair("/names/1", "appears twice")));
  // Containers: 9 counts {"a/b": 1, "a/b": 2}
  EXPECT_THAT(violations_of(from_compact("9b 02 85 03 61 2f 62 02 03 61 2f 62 04 00", "Containers")),
              ElementsAre(Pair("/counts/a~1b", "has a key that appears twice")));
  // Containers: 12 byColour {1: "", 1: ""}
  EXPECT_THAT(violations_of(from_compact("cb 02 58 02 00 02 00 00", "Containers")),
              ElementsAre(Pair("/byColour/RED", "has a key that appears twice")));
  EXPECT_THAT(violations_of(from_compact("00", "Point")),
              ElementsAre(Pair("/x", "is required"), Pair("/y", "is required")));
  EXPECT_THAT(violations_of(from_compact("15 02 15 04 05 02 06 00", "Point")),
              ElementsAre(Pair("/x", "appears twice")));
  // Choice: 1: 1, 2: ""
  EXPECT_THAT(violations_of(from_compact("16 02 18 00 00", "Choice")),
              ElementsAre(Pair(
                  "", "must have exactly one member of number, text, nothing, tree, numbers, flag, point, and has 2")));
  // Scalars: 5: 2^53
  EXPECT_THAT(violations_of(from_compact("56 80 80 80 80 80 80 80 20 00", "Scalars")),
              ElementsAre(Pair("/large", "must be an integer from -9007199254740991 to 9007199254740991")));
  // Scalars: 11: the largest i64, 8: any bytes, 7: no UTF-8
  EXPECT_THAT(
      violations_of(from_compact("b6 fe ff ff ff ff ff ff ff ff 01 08 10 01 ff 08 0e 01 ff 00", "Scalars")),
      ElementsAre(Pair("/moment", "must be a moment of the years 0000 to 9999"), Pair("/text", "must be UTF-8")));
}

TEST(thrift_input, may_not_give_a_field_another_type) {
  EXPECT_THAT(violations_of(from_compact("18 01 61 15 04 00", "Point")),
              ElementsAre(Pair("/x", "must be an integer from -2147483648 to 2147483647, not Thrift's string")));
  // Containers: 2 tinies as a list of i32, 9 counts as a map of i32 to string
  EXPECT_THAT(violations_of(from_compact("29 15 02 7b 01 58 02 01 61 00", "Containers")),
              ElementsAre(Pair("/tinies/0", "must be an integer from -128 to 127, not Thrift's i32"),
                          Pair("/counts/0", "must be a string, not Thrift's i32"),
                          Pair("/counts/0", "must be an integer from -2147483648 to 2147483647, not Thrift's string")));
}

TEST(thrift_input, may_have_fields_of_a_newer_schema) {
  EXPECT_EQ(json_of(bytes_of(from_compact("15 02 15 04 19 1b 01 85 01 61 02 11 1c 15 02 00 00", "Point")),
                    nasty_shape("Point")),
            R"({"x":1,"y":2})");
}

TEST(thrift_input, in_json_may_have_bytes_that_are_none_where_nobody_reads_them) {
  const auto read = [](const char* text, const char* structure) {
    return from_thrift(text, protocol::json, nasty_shape(structure));
  };
  for (const char* number : {"256", "300", "2147483647", "9223372036854775807", "-129"}) {
    const std::string unknown = std::string(R"({"1":{"i32":1},"2":{"i32":2},"9":{"i8":)") + number + "}}";
    EXPECT_EQ(json_of(bytes_of(read(unknown.c_str(), "Point")), nasty_shape("Point")), R"({"x":1,"y":2})") << number;
    const std::string inside =
        std::string(R"({"1":{"i32":1},"2":{"i32":2},"9":{"rec":{"1":{"lst":["i8",1,)") + number + "]}}}}";
    EXPECT_EQ(json_of(bytes_of(read(inside.c_str(), "Point")), nasty_shape("Point")), R"({"x":1,"y":2})") << number;
    const std::string other = std::string(R"({"1":{"i8":)") + number + R"(},"2":{"i32":2}})";
    EXPECT_THAT(violations_of(read(other.c_str(), "Point")),
                ElementsAre(Pair("/x", "must be an integer from -2147483648 to 2147483647, not Thrift's i8")));
    const std::string element = std::string(R"({"5":{"lst":["i8",1,)") + number + "]}}";
    EXPECT_FALSE(is_malformed(read(element.c_str(), "Choice")));
  }
}

TEST(thrift_input, must_end_where_the_struct_ends) {
  EXPECT_TRUE(is_malformed(from_compact("15 02 15 04 00 00", "Point")));
  EXPECT_TRUE(is_malformed(from_binary("08 0001 00000001 08 0002 00000002 00 ff", "Point")));
  EXPECT_FALSE(is_malformed(from_binary("08 0001 00000001 08 0002 00000002 00", "Point")));
  const auto json = [](const char* text) { return from_thrift(text, protocol::json, nasty_shape("Point")); };
  EXPECT_FALSE(is_malformed(json(R"({"1":{"i32":1},"2":{"i32":2}})")));
  EXPECT_FALSE(is_malformed(json("{\"1\":{\"i32\":1},\"2\":{\"i32\":2}}\r\n")));
  EXPECT_TRUE(is_malformed(json(R"({"1":{"i32":1},"2":{"i32":2}}x)")));
  EXPECT_TRUE(is_malformed(json(R"({"1":{"i32":1},"2":{"i32":2}}})")));
}

TEST(thrift_input, that_claims_more_than_there_is_takes_no_memory_for_it) {
  const struct {
    const char *structure, *bytes;
  } compact[] = {
      {"Scalars", "78 ff ff ff ff 07"},        // a string of 2^31 - 1 bytes
      {"Containers", "19 f1 ff ff ff ff 07"},  // as many booleans
      {"Containers", "f9 05 fc ff ff ff ff 07"},
      {"Containers", "9b ff ff ff ff 07 85"},  // as many entries
      {"Tree", "29 fc ff ff ff ff 07"},        // as many structs
      {"Point", "79 fc ff ff ff ff 07"},       // and in fields that are passed over
      {"Point", "7b ff ff ff ff 07 cc"},
      {"Point", "78 ff ff ff ff 07"},
      {"Scalars", "78 ff ff ff ff 0f"},  // -1
      {"Scalars", ""},
      {"Scalars", "78"},
      {"Scalars", "1d 00"},
  };
  for (const auto& each : compact) EXPECT_TRUE(is_malformed(from_compact(each.bytes, each.structure))) << each.bytes;
  const struct {
    const char *structure, *bytes;
  } binary[] = {
      {"Scalars", "0b 0007 7fffffff"},          {"Scalars", "0b 0007 ffffffff"},       {"Tree", "0f 0002 0c 7fffffff"},
      {"Containers", "0d 0009 0b 08 7fffffff"}, {"Containers", "0e 0005 0b 7fffffff"}, {"Point", "0f 0009 0c 7fffffff"},
      {"Point", "0f 0009 0f 7fffffff"},
  };
  for (const auto& each : binary) EXPECT_TRUE(is_malformed(from_binary(each.bytes, each.structure))) << each.bytes;
}

TEST(thrift_input, is_refused_when_nested_too_deep) {
  for (const std::size_t depth : {33u, 1000u, 1'000'000u}) {
    std::string bytes;
    for (std::size_t i = 0; i < depth; ++i) bytes += unhex("29 1c");
    const auto read = from_thrift(bytes, protocol::compact, nasty_shape("Tree"));
    const auto found = violations_of(read);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found.front().second, "is nested more than 64 levels deep");
  }
  std::string unknown;
  for (std::size_t i = 0; i < 1'000'000; ++i) unknown += unhex("9c");
  EXPECT_TRUE(is_malformed(from_thrift(unknown, protocol::compact, nasty_shape("Point"))));
  std::string lists = unhex("99");
  for (std::size_t i = 0; i < 1'000'000; ++i) lists += unhex("19");
  EXPECT_TRUE(is_malformed(from_thrift(lists, protocol::compact, nasty_shape("Point"))));
}

TEST(thrift_input, in_json_is_never_cut_to_size) {
  const auto found = [](const char* text) {
    return violations_of(from_thrift(text, protocol::json, nasty_shape("Scalars")));
  };
  EXPECT_THAT(found(R"({"2":{"i8":127}})"), IsEmpty());
  EXPECT_THAT(found(R"({"2":{"i8":128}})"), ElementsAre(Pair("/tiny", "must be an integer from -128 to 127")));
  EXPECT_THAT(found(R"({"2":{"i8":300}})"), ElementsAre(Pair("/tiny", "must be an integer from -128 to 127")));
  EXPECT_THAT(found(R"({"3":{"i16":-32769}})"), ElementsAre(Pair("/small", "must be an integer from -32768 to 32767")));
  EXPECT_THAT(found(R"({"4":{"i32":2147483648}})"),
              ElementsAre(Pair("/medium", "must be an integer from -2147483648 to 2147483647")));
  EXPECT_THAT(found(R"({"10":{"i64":9223372036854775807}})"), IsEmpty());
  EXPECT_THAT(found(R"({"10":{"i64":-9223372036854775808}})"), IsEmpty());
  EXPECT_THAT(found(R"({"6":{"dbl":"-Infinity"}})"), IsEmpty());
  EXPECT_THAT(found(R"({"6":{"dbl":-1.5e-300}})"), IsEmpty());
  for (const char* text : {R"({"5":{"i64":9223372036854775808}})",
                           R"({"10":{"i64":9223372036854775808}})",
                           R"({"10":{"i64":-9223372036854775809}})",
                           R"({"4":{"i32":1.5}})",
                           R"({"4":{"i32":}})",
                           R"({"1":{"tf":2}})",
                           R"({"1":{"tf":}})",
                           R"({"6":{"dbl":1e999}})",
                           R"({"6":{"dbl":}})",
                           R"({"6":{"dbl":1.5.5}})",
                           R"({"7":{"str":"\ud800"}})",
                           R"({"7":{"str":"\ude00\ud83d"}})",
                           R"({"7":{"str":"\ud83dx"}})",
                           R"({"7":{"str":"\u00"}})",
                           R"({"7":{"str":"\u00e"}})",
                           R"({"7":{"str":"\u+0e9"}})",
                           R"({"7":{"str":"\x41"}})",
                           R"({"7":{"str":"\)",
                           R"({"4":{"i32":1 2}})",
                           R"({"4":{"i32":- 2}})",
                           R"({"4" "i32":2}})",
                           R"({"4":{"i32":2}} 3)",
                           R"({"7":{"str":"a)",
                           "{",
                           "[]",
                           "nonsense",
                           R"({"x":{"i32":1}})",
                           R"({"1":{"none":1}})"}) {
    EXPECT_TRUE(is_malformed(from_thrift(text, protocol::json, nasty_shape("Scalars")))) << text;
  }
}

TEST(thrift_input, in_json_may_have_every_escape_of_json) {
  const auto& shape = nasty_shape("Scalars");
  const struct {
    const char *written, *meant;
  } table[] = {
      {R"(a\/b)", "a/b"},
      {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {R"(\u00e9\u00E9)", "éé"},
      {R"(\u20ac\u20AC)", "€€"},
      {R"(\uD83D\uDE00\ud83d\ude00)", "😀😀"},
      {R"(\u0022\u005C\u002f\u0001\u001F\u007f)", "\"\\/\x01\x1f\x7f"},
      {R"(\\u0041)", "\\u0041"},
  };
  for (const auto& each : table) {
    const std::string text = R"({"7":{"str":")" + std::string(each.written) + R"("}})";
    EXPECT_EQ(field_text(bytes_of(from_thrift(text, protocol::json, shape)), shape, *shape.find("text")), each.meant)
        << each.written;
  }
}

TEST(thrift_input, in_json_may_have_white_space_between_tokens_and_keeps_it_in_strings) {
  const auto& shape = nasty_shape("Scalars");
  const std::string spaced =
      "\r\n\t { \"4\" : { \"i32\" : -5 } , \"7\":\n{\"str\"\t:\" a : b \"} ,\"6\":{ \"dbl\":1.5e3\r\n} } \n";
  EXPECT_EQ(json_of(bytes_of(from_thrift(spaced, protocol::json, shape)), shape),
            R"({"medium":-5,"text":" a : b ","real":1500.0})");
  const std::string list = R"({ "2" : { "lst" : [ "i8" , 2 , 1 , 2 ] } })";
  const auto& containers = nasty_shape("Containers");
  EXPECT_EQ(json_of(bytes_of(from_thrift(list, protocol::json, containers)), containers), R"({"tinies":[1,2]})");
}

TEST(thrift_input, may_not_hold_the_character_zero) {
  const auto& shape = nasty_shape("Scalars");
  for (const auto by : all_protocols) {
    const std::string sent = by == protocol::json     ? R"({"7":{"str":"a\u0000b"}})"
                             : by == protocol::binary ? unhex("0b 0007 00000003 610062 00")
                                                      : unhex("78 03 610062 00");
    EXPECT_THAT(violations_of(from_thrift(sent, by, shape)),
                ElementsAre(Pair("/text", "must not hold the character U+0000")))
        << static_cast<int>(by);
  }
}

TEST(thrift_input, of_no_bytes_is_malformed) {
  for (const auto by : all_protocols) EXPECT_TRUE(is_malformed(from_thrift("", by, nasty_shape("Empty"))));
}

TEST(thrift_output, uses_thrifts_own_names_and_numbers) {
  const auto& shape = nasty_shape("Scalars");
  EXPECT_EQ(thrift_of(bytes_of(from_json(R"({"next":"a","colour":"BLUE"})", shape)), shape, protocol::json),
            R"({"13":{"str":"a"},"9":{"i32":-7}})");
  EXPECT_EQ(hex(thrift_of(unhex("15 02 15 03 00"), nasty_shape("Point"), protocol::binary)),
            "080001000000010800"
            "02fffffffe00");
}

}  // namespace
}  // namespace weir::codec
