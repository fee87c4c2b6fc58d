#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

using testing::ElementsAre;
using testing::Pair;

using parameters = std::vector<std::pair<std::string, std::string>>;

std::string query(const parameters& given) {
  const auto& shape = nasty_shape("FindQuery");
  return json_of(bytes_of(from_parameters(given, shape)), shape);
}

violations faults(const parameters& given, const char* structure = "FindQuery") {
  return violations_of(from_parameters(given, nasty_shape(structure)));
}

TEST(parameters, are_text_of_every_scalar) {
  EXPECT_EQ(
      query({{"number", "-5"},
             {"exact", "true"},
             {"colour", "GREEN"},
             {"since", "2026-11-23T04:20:00+01:00"},
             {"real", "1.5e3"},
             {"bytes", "AA=="}}),
      R"({"number":-5,"exact":true,"colour":"GREEN","since":"2026-11-23T03:20:00.000000Z","real":1500.0,"bytes":"AA=="})");
  EXPECT_EQ(query({{"exact", "false"}, {"number", "1"}, {"colour", "1"}}),
            R"({"exact":false,"number":1,"colour":"RED"})");
}

TEST(parameters, of_lists_stand_more_than_once_or_with_commas) {
  EXPECT_EQ(query({{"words", "a"}, {"number", "1"}, {"words", "b,c"}}), R"({"words":["a","b","c"],"number":1})");
  EXPECT_EQ(query({{"number", "1"}, {"numbers", "3,2"}}), R"({"number":1,"numbers":[3,2]})");
}

TEST(parameters, are_held_to_the_rules) {
  EXPECT_THAT(faults({}), ElementsAre(Pair("/number", "is required")));
  EXPECT_THAT(faults({{"number", "1"}, {"number", "2"}}), ElementsAre(Pair("/number", "appears twice")));
  EXPECT_THAT(faults({{"number", "1"}, {"numbr", "2"}}),
              ElementsAre(Pair("/numbr", "is no member of FindQuery (did you mean \"number\"?)")));
  EXPECT_THAT(faults({{"number", "9007199254740992"}}),
              ElementsAre(Pair("/number", "must be an integer from -9007199254740991 to 9007199254740991")));
  EXPECT_THAT(faults({{"number", "1"}, {"words", "ok,NOT"}}),
              ElementsAre(Pair("/words/1", "must match the pattern ^[a-z]+$")));
  EXPECT_THAT(faults({{"number", "1"}, {"numbers", "1"}, {"numbers", "1"}}),
              ElementsAre(Pair("/numbers/1", "appears twice")));
}

TEST(parameters, may_not_hold_the_character_zero) {
  EXPECT_THAT(faults({{"text", std::string("a\0b", 3)}}, "Scalars"),
              ElementsAre(Pair("/text", "must not hold the character U+0000")));
}

TEST(parameters, that_are_no_such_text_are_refused) {
  for (const char* text : {"", " 1", "1.0", "0x1", "+1", "01", "-0", "1e3", "one", "9223372036854775808"}) {
    EXPECT_EQ(faults({{"number", text}}).size(), 1u) << text;
  }
  for (const char* text : {"", "TRUE", "1", "yes"})
    EXPECT_EQ(faults({{"number", "1"}, {"exact", text}}).size(), 1u) << text;
  for (const char* text : {"", "nan", "inf", "0x1p3", "1e999", "1,5"}) {
    EXPECT_EQ(faults({{"number", "1"}, {"real", text}}).size(), 1u) << text;
  }
  for (const char* text : {"", "green", "99999999999"})
    EXPECT_EQ(faults({{"number", "1"}, {"colour", text}}).size(), 1u) << text;
  EXPECT_EQ(faults({{"number", "1"}, {"since", "yesterday"}}).size(), 1u);
  EXPECT_THAT(faults({{"choice", "1"}}, "Everything"), ElementsAre(Pair("/choice", "cannot be given as a parameter")));
}

TEST(parameters, that_are_no_utf8_are_refused) {
  const auto is_malformed = [](const parameters& given) {
    return std::holds_alternative<malformed>(from_parameters(given, nasty_shape("Tree")));
  };
  EXPECT_TRUE(is_malformed({{"label", "\xff"}}));
  EXPECT_TRUE(is_malformed({{"\xff", "label"}}));
  EXPECT_FALSE(is_malformed({{"label", "\xc3\xa9"}}));
}

}  // namespace
}  // namespace weir::codec
