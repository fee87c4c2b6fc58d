#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

using testing::ElementsAre;
using testing::Pair;

violations violations_in(std::string_view json, const char* structure) {
  return violations_of(from_json(json, nasty_shape(structure)));
}

constexpr const char* date_time = "a date-time as in RFC 3339, like 2026-11-23T03:20:00Z";

TEST(violations, name_the_value_and_the_rule_that_it_breaks) {
  const struct {
    const char *structure, *json, *pointer;
    std::string detail;
  } table[] = {
      // Types.
      {"Scalars", "[]", "", "must be an object, not an array"},
      {"Scalars", "null", "", "must be an object, not null"},
      {"Scalars", "3", "", "must be an object, not a number"},
      {"Scalars", R"({"yes":1})", "/yes", "must be true or false, not a number"},
      {"Scalars", R"({"yes":"true"})", "/yes", "must be true or false, not a string"},
      {"Scalars", R"({"tiny":128})", "/tiny", "must be an integer from -128 to 127"},
      {"Scalars", R"({"tiny":-129})", "/tiny", "must be an integer from -128 to 127"},
      {"Scalars", R"({"small":32768})", "/small", "must be an integer from -32768 to 32767"},
      {"Scalars", R"({"medium":2147483648})", "/medium", "must be an integer from -2147483648 to 2147483647"},
      {"Scalars", R"({"medium":1.0})", "/medium", "must be an integer from -2147483648 to 2147483647, not 1.0"},
      {"Scalars", R"({"medium":1e3})", "/medium", "must be an integer from -2147483648 to 2147483647, not 1e3"},
      {"Scalars", R"({"medium":"1"})", "/medium", "must be an integer from -2147483648 to 2147483647, not a string"},
      {"Scalars", R"({"large":9007199254740992})", "/large",
       "must be an integer from -9007199254740991 to 9007199254740991"},
      {"Scalars", R"({"large":-9007199254740992})", "/large",
       "must be an integer from -9007199254740991 to 9007199254740991"},
      {"Scalars", R"({"large":9223372036854775808})", "/large",
       "must be an integer from -9007199254740991 to 9007199254740991, not 9223372036854775808"},
      {"Scalars", R"({"large":18446744073709551616})", "/large",
       "must be an integer from -9007199254740991 to 9007199254740991, not 18446744073709551616"},
      {"Scalars", R"({"real":"nan"})", "/real", "must be a number, \"NaN\", \"Infinity\" or \"-Infinity\""},
      {"Scalars", R"({"real":true})", "/real",
       "must be a number, \"NaN\", \"Infinity\" or \"-Infinity\", not a boolean"},
      {"Scalars", R"({"text":5})", "/text", "must be a string, not a number"},
      {"Scalars", R"({"text":1.5})", "/text", "must be a string, not 1.5"},
      {"Scalars", R"({"text":{"a":[{}]}})", "/text", "must be a string, not an object"},
      {"Scalars", R"({"bytes":"AA"})", "/bytes", "must be a string of base64"},
      {"Scalars", R"({"bytes":[1]})", "/bytes", "must be a string of base64, not an array"},
      {"Scalars", R"({"colour":"GREAN"})", "/colour", "must be one of RED, GREEN, BLUE (did you mean \"GREEN\"?)"},
      {"Scalars", R"({"colour":"nothing"})", "/colour", "must be one of RED, GREEN, BLUE"},
      {"Scalars", R"({"colour":2147483648})", "/colour", "must be an integer from -2147483648 to 2147483647"},
      {"Scalars", R"({"big":1})", "/big",
       "must be a string of the digits of an integer from -9223372036854775808 to 9223372036854775807, not a number"},
      {"Scalars", R"({"big":"9223372036854775808"})", "/big",
       "must be a string of the digits of an integer from -9223372036854775808 to 9223372036854775807"},
      {"Scalars", R"({"big":"01"})", "/big",
       "must be a string of the digits of an integer from -9223372036854775808 to 9223372036854775807"},
      {"Scalars", R"({"moment":1})", "/moment", "must be " + std::string(date_time) + ", not a number"},
      {"Scalars", R"({"moment":"2026-02-30T00:00:00Z"})", "/moment", "must be " + std::string(date_time)},
      {"Scalars", R"({"moment":"0000-01-01T00:00:00+00:01"})", "/moment", "must be a moment of the years 0000 to 9999"},
      {"Containers", R"({"flags":{}})", "/flags", "must be an array, not an object"},
      {"Containers", R"({"counts":[]})", "/counts", "must be an object, not an array"},
      {"Containers", R"({"byFlag":{}})", "/byFlag", "must be an array of arrays of a key and a value, not an object"},
      // Members.
      {"Point", R"({"x":1})", "/y", "is required"},
      {"Point", R"({"x":1,"y":null})", "/y", "is required"},
      {"Point", R"({"x":1,"y":2,"x":3})", "/x", "appears twice"},
      {"Point", R"({"x":1,"y":2,"y":null})", "/y", "appears twice"},
      {"Scalars", R"({"tezt":"a"})", "/tezt", "is no member of Scalars (did you mean \"text\"?)"},
      {"Scalars", R"({"TEXT":"a"})", "/TEXT", "is no member of Scalars (did you mean \"text\"?)"},
      {"Scalars", R"({"nextOne":"a"})", "/nextOne", "is no member of Scalars"},
      {"Scalars", R"({"a/b~c":{"deep":[1,{"er":2}]}})", "/a~1b~0c", "is no member of Scalars"},
      {"Scalars", R"({"":1})", "/", "is no member of Scalars"},
      // Unions.
      {"Choice", "{}", "", "must have exactly one member of number, text, nothing, tree, numbers, flag, point"},
      {"Choice", R"({"number":null})", "",
       "must have exactly one member of number, text, nothing, tree, numbers, flag, point"},
      {"Choice", R"({"number":1,"text":"a"})", "",
       "must have exactly one member of number, text, nothing, tree, numbers, flag, point, and has 2"},
      {"Choice", R"({"txt":"a"})", "/txt", "is no member of Choice (did you mean \"text\"?)"},
      // Elements.
      {"Containers", R"({"tinies":[1,null]})", "/tinies/1", "must be an integer from -128 to 127, not null"},
      {"Containers", R"({"tinies":[1,2,300]})", "/tinies/2", "must be an integer from -128 to 127"},
      {"Containers", R"({"names":["a","b","a"]})", "/names/2", "appears twice"},
      {"Containers", R"({"both":[true,true]})", "/both/1", "appears twice"},
      {"Containers", R"({"corners":[{"x":1,"y":2},{"y":2,"x":1}]})", "/corners/1", "appears twice"},
      {"Containers", R"({"corners":[{"x":1}]})", "/corners/0/y", "is required"},
      {"Containers", R"({"deep":[[{"a":[1,1]}]]})", "/deep/0/0/a/1", "appears twice"},
      // Entries.
      {"Containers", R"({"counts":{"a":1,"b":2,"a":3}})", "/counts/a", "has a key that appears twice"},
      {"Containers", R"({"counts":{"a":null}})", "/counts/a",
       "must be an integer from -2147483648 to 2147483647, not null"},
      {"Containers", R"({"counts":{"x/y":"1"}})", "/counts/x~1y",
       "must be an integer from -2147483648 to 2147483647, not a string"},
      {"Containers", R"({"byNumber":{"1.5":""}})", "/byNumber/1.5",
       "must be an integer from -9007199254740991 to 9007199254740991"},
      {"Containers", R"({"byNumber":{"007":""}})", "/byNumber/007",
       "must be an integer from -9007199254740991 to 9007199254740991"},
      {"Containers", R"({"byColour":{"RED":"","1":""}})", "/byColour/RED", "has a key that appears twice"},
      {"Containers", R"({"byColour":{"REED":""}})", "/byColour/REED",
       "must be one of RED, GREEN, BLUE (did you mean \"RED\"?)"},
      {"Containers", R"({"moments":{"now":"2026-11-23T03:20:00Z"}})", "/moments/now",
       "must be " + std::string(date_time)},
      {"Containers", R"({"byFlag":[[true,"a"],[true,"b"]]})", "/byFlag/1", "has a key that appears twice"},
      {"Containers", R"({"byFlag":[true]})", "/byFlag/0", "must be an array of a key and a value"},
      {"Containers", R"({"byFlag":[[true]]})", "/byFlag/0", "must be an array of a key and a value"},
      {"Containers", R"({"byFlag":[[true,"a"],[]]})", "/byFlag/1", "must be an array of a key and a value"},
      {"Containers", R"({"byFlag":[[true,"a",[1,{}]],[false,"a"]]})", "/byFlag/0",
       "must be an array of a key and a value"},
      {"Containers", R"({"byFlag":[["yes","a"]]})", "/byFlag/0/0", "must be true or false, not a string"},
      {"Containers", R"({"byFlag":[[true,1]]})", "/byFlag/0/1", "must be a string, not a number"},
      {"Containers", R"({"byPoint":[[{"x":1,"y":1},[{"flag":1}]]]})", "/byPoint/0/1/0/flag",
       "must be true or false, not a number"},
      {"Containers", R"({"byPoint":[[{"x":1,"y":1},[]],[{"y":1,"x":1},[]]]})", "/byPoint/1",
       "has a key that appears twice"},
      // U+0000, in every string.
      {"Scalars", R"({"text":"a\u0000b"})", "/text", "must not hold the character U+0000"},
      {"Containers", R"({"names":["a","\u0000"]})", "/names/1", "must not hold the character U+0000"},
      // Rules.
      {"Bounded", R"({"day":"2026-02-30"})", "/day", "must be a day of the calendar, like 2026-11-23"},
      {"Bounded", R"({"day":"2026-11-23T00:00:00Z"})", "/day", "must be a day of the calendar, like 2026-11-23"},
      {"Period", R"({"from":"2026-11-28","to":"2026-11-01"})", "/to", "must not be before \"from\""},
      {"Period", R"({"to":"2026-11-01","from":"2026-11-28"})", "/to", "must not be before \"from\""},
      {"Period", R"({"least":-1,"most":-2})", "/most", "must not be before \"least\""},
      {"Period", R"({"begins":"2026-11-23T03:20:00.000001Z","ends":"2026-11-23T04:20:00+01:00"})", "/ends",
       "must not be before \"begins\""},
      {"Period", R"({"tiny":1,"tinier":-1})", "/tinier", "must not be before \"tiny\""},
      {"Period", R"({"inner":[{"from":"2026-11-28","to":"2026-11-01"}]})", "/inner/0/to",
       "must not be before \"from\""},
      {"Bounded", R"({"text":"a"})", "/text", "must have at least 2 characters, and has 1"},
      {"Bounded", R"({"text":"éàüß"})", "/text", "must have at most 3 characters, and has 4"},
      {"Bounded", R"({"real":-1.6})", "/real", "must be at least -1.5"},
      {"Bounded", R"({"real":10.1})", "/real", "must be at most 10"},
      {"Bounded", R"({"number":0})", "/number", "must be at least 1"},
      {"Bounded", R"({"number":6})", "/number", "must be at most 5"},
      {"Bounded", R"({"items":[]})", "/items", "must have at least 1 item, and has 0"},
      {"Bounded", R"({"items":[1,2,3]})", "/items", "must have at most 2 items, and has 3"},
      {"Bounded", R"({"counts":{"a":1,"b":2}})", "/counts", "must have at most 1 item, and has 2"},
      {"Bounded", R"({"bytes":"AAAA"})", "/bytes", "must have at most 2 bytes, and has 3"},
      {"Bounded", R"({"capital":"über"})", "/capital", "must match the pattern ^\\p{Lu}"},
      {"Bounded", R"({"words":["ok","toolong"]})", "/words/1", "must have at most 4 characters, and has 7"},
      {"Bounded", R"({"big":"9007199254740991"})", "/big", "must be at least 9007199254740992"},
      {"Scalars", R"({"word":"a1"})", "/word", "must match the pattern ^[a-z]+$"},
  };
  for (const auto& each : table) {
    const auto found = violations_in(each.json, each.structure);
    ASSERT_FALSE(found.empty()) << each.json;
    EXPECT_EQ(found.front().first, each.pointer) << each.json;
    EXPECT_EQ(found.front().second, each.detail) << each.json;
    EXPECT_EQ(found.size(), 1u) << each.json;
  }
}

TEST(violations, include_the_character_zero_in_a_key) {
  EXPECT_THAT(violations_in(R"({"counts":{"a\u0000":1}})", "Containers"),
              ElementsAre(Pair(std::string("/counts/a\0", 10), "must not hold the character U+0000")));
}

TEST(violations, of_a_period_are_told_beside_others_but_not_of_faulty_ends) {
  EXPECT_THAT(
      violations_in(R"({"from":"2026-11-28","to":"2026-11-01","tiny":1000})", "Period"),
      ElementsAre(Pair("/tiny", "must be an integer from -128 to 127"), Pair("/to", "must not be before \"from\"")));
  EXPECT_THAT(violations_in(R"({"from":"2026-11-28","to":"2026-11-00"})", "Period"),
              ElementsAre(Pair("/to", "must be a day of the calendar, like 2026-11-23")));
}

TEST(violations, are_not_found_in_what_keeps_every_rule) {
  for (const char* json :
       {R"({"text":"éàü"})", R"({"real":-1.5})", R"({"real":10})", R"({"number":1})", R"({"items":[1,2]})",
        R"({"bytes":"AAA="})", R"({"capital":"Über"})", R"({"word":"aaaa"})", R"({"big":"9007199254740992"})"}) {
    EXPECT_TRUE(violations_in(json, "Bounded").empty()) << json;
  }
  for (const char* json : {"{}", R"({"to":"2026-11-01"})", R"({"from":"2026-11-01","to":"2026-11-01"})",
                           R"({"from":"2026-11-28","to":null})", R"({"least":-2,"most":-1})",
                           R"({"tiny":-1,"tinier":1})", R"({"inner":[{"from":"2026-11-01"}],"to":"2026-10-01"})",
                           R"({"begins":"2026-11-23T03:20:00Z","ends":"2026-11-23T04:20:00+01:00"})"}) {
    EXPECT_TRUE(violations_in(json, "Period").empty()) << json;
  }
}

TEST(violations, are_told_all_at_once) {
  EXPECT_THAT(
      violations_in(R"({"scalars": {"yes": 1, "tinny": 2, "word": "A1"},
                                "containers": {"names": ["a", "a"], "byFlag": [[1, 2]], "deep": [[{"k": ["x"]}], 7]},
                                "choice": {},
                                "point": {"x": "1"},
                                "more": [{"point": null}, {"point": {}}]})",
                    "Everything"),
      ElementsAre(Pair("/scalars/yes", "must be true or false, not a number"),
                  Pair("/scalars/tinny", "is no member of Scalars (did you mean \"tiny\"?)"),
                  Pair("/scalars/word", "must match the pattern ^[a-z]+$"),
                  Pair("/containers/names/1", "appears twice"),
                  Pair("/containers/byFlag/0/0", "must be true or false, not a number"),
                  Pair("/containers/byFlag/0/1", "must be a string, not a number"),
                  Pair("/containers/deep/0/0/k/0", "must be an integer from -32768 to 32767, not a string"),
                  Pair("/containers/deep/1", "must be an array, not a number"),
                  Pair("/choice", "must have exactly one member of number, text, nothing, tree, numbers, flag, point"),
                  Pair("/point/x", "must be an integer from -2147483648 to 2147483647, not a string"),
                  Pair("/point/y", "is required"), Pair("/more/1/point/x", "is required"),
                  Pair("/more/1/point/y", "is required")));
}

TEST(violations, are_all_that_one_value_breaks) {
  EXPECT_THAT(
      violations_in(R"({"word":"TOO LONG"})", "Bounded"),
      ElementsAre(Pair("/word", "must have at most 4 characters, and has 8"),
                  Pair("/word", "must match the pattern ^[a-z]+$"), Pair("/word", "must match the pattern [aeiou]")));
}

TEST(violations, include_that_nan_is_in_no_range) {
  EXPECT_THAT(violations_in(R"({"real":"NaN"})", "Bounded"),
              ElementsAre(Pair("/real", "must be at least -1.5"), Pair("/real", "must be at most 10")));
}

TEST(violations, end_at_the_limit) {
  std::string json = R"({"tinies":[)";
  for (std::size_t i = 0; i < 3 * limits::violations_max; ++i) json += "300,";
  json += "1]}";
  EXPECT_EQ(violations_in(json, "Containers").size(), limits::violations_max);
}

TEST(violations, cut_long_names_in_pointers) {
  const auto found = violations_in("{\"" + std::string(100'000, 'x') + "\":1}", "Scalars");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_LT(found.front().first.size(), 300u);
  EXPECT_LT(found.front().second.size(), 300u);
}

std::string nested(std::size_t depth) {
  std::string json;
  for (std::size_t i = 0; i < depth; ++i) json += R"({"more":[)";
  for (std::size_t i = 0; i < depth; ++i) json += "]}";
  return json;
}

TEST(violations, include_nesting_too_deep) {
  EXPECT_TRUE(violations_in(nested(limits::nesting_depth_max / 2), "Everything").empty());
  const auto found = violations_in(nested(limits::nesting_depth_max / 2 + 1), "Everything");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().second, "is nested more than 64 levels deep");
  EXPECT_EQ(violations_in(nested(100'000), "Everything").size(), 1u);
}

TEST(violations, do_not_come_from_what_an_unknown_member_holds) {
  const std::string json = R"({"none":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_THAT(violations_in(json, "Scalars"), ElementsAre(Pair("/none", "is no member of Scalars")));
}

TEST(unknown_member, is_told_apart_where_a_union_is_the_root) {
  const auto unknown = [](const char* json, const char* structure) {
    return std::get<invalid>(from_json(json, nasty_shape(structure))).unknown_member;
  };
  EXPECT_EQ(unknown(R"({"doItt":{"number":1}})", "Command"), "doItt");
  EXPECT_EQ(unknown(R"({"doIt":{"numbr":1}})", "Command"), std::nullopt);
  EXPECT_EQ(unknown(R"({"none":1})", "Scalars"), std::nullopt);
  EXPECT_EQ(unknown("{}", "Command"), std::nullopt);
}

}  // namespace
}  // namespace weir::codec
