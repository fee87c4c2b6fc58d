#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

using testing::ElementsAre;
using testing::Pair;

decoded fact(std::string_view json, const char* structure) {
  return from_json(json, nasty_shape(structure), checks::types_only);
}

TEST(types_only, lets_every_rule_go) {
  const struct {
    const char *structure, *json;
  } table[] = {
      {"Bounded", R"({"text":""})"},
      {"Bounded", R"({"text":"much too long"})"},
      {"Bounded", R"({"real":-2.5})"},
      {"Bounded", R"({"number":6})"},
      {"Bounded", R"({"items":[]})"},
      {"Bounded", R"({"items":[1,2,3]})"},
      {"Bounded", R"({"counts":{"a":1,"b":2}})"},
      {"Bounded", R"({"bytes":"AAECAw=="})"},
      {"Bounded", R"({"capital":"small"})"},
      {"Bounded", R"({"word":"NOT A SHORT WORD"})"},
      {"Bounded", R"({"words":["1","2"]})"},
      {"Bounded", R"({"big":"5"})"},
      {"Scalars", R"({"word":"Two words"})"},
  };
  for (const auto& each : table) {
    const auto& shape = nasty_shape(each.structure);
    EXPECT_NE(violations_of(from_json(each.json, shape)), violations{}) << each.json;
    EXPECT_EQ(json_of(bytes_of(fact(each.json, each.structure)), shape), each.json);
  }
}

TEST(types_only, takes_whatever_was_stored_as_it_is_shown) {
  for (const char* json : {
           R"({"large":9223372036854775807})",
           R"({"large":-9223372036854775808})",
           R"({"moment":9223372036854775807})",
           R"({"moment":-62167219200000001})",
           R"({"moment":"2026-11-23T03:20:00.123456Z"})",
           R"({"big":"-9223372036854775808"})",
       }) {
    EXPECT_EQ(json_of(bytes_of(fact(json, "Scalars")), nasty_shape("Scalars")), json);
  }
  constexpr const char* keys = R"({"moments":{"9223372036854775807":-62167219200000001}})";
  EXPECT_EQ(json_of(bytes_of(fact(keys, "Containers")), nasty_shape("Containers")), keys);
}

TEST(types_only, goes_as_deep_as_stored_bytes_may) {
  std::string json = "{}";
  for (std::size_t i = 0; i < limits::nesting_depth_max; ++i) json = R"({"children":[)" + json + "]}";
  EXPECT_NE(violations_of(from_json(json, nasty_shape("Tree"))), violations{});
  EXPECT_EQ(json_of(bytes_of(fact(json, "Tree")), nasty_shape("Tree")), json);
}

TEST(types_only, holds_to_the_types) {
  const struct {
    const char *structure, *json, *pointer;
    std::string detail;
  } table[] = {
      {"Point", R"({"x":1})", "/y", "is required"},
      {"Scalars", R"({"text":"a\u0000b"})", "/text", "must not hold the character U+0000"},
      {"Point", R"({"x":1,"y":2,"other":3})", "/other", "is no member of Point"},
      {"Point", R"({"x":1,"y":2147483648})", "/y", "must be an integer from -2147483648 to 2147483647"},
      {"Scalars", R"({"text":5})", "/text", "must be a string, not a number"},
      {"Scalars", R"({"large":9223372036854775808})", "/large",
       "must be an integer from -9223372036854775808 to 9223372036854775807, not 9223372036854775808"},
      {"Scalars", R"({"moment":1})", "/moment",
       "must be a date-time as in RFC 3339, like 2026-11-23T03:20:00Z, not a number"},
      {"Scalars", R"({"big":1})", "/big",
       "must be a string of the digits of an integer from -9223372036854775808 to 9223372036854775807, not a number"},
      {"Scalars", R"({"colour":"GREAN"})", "/colour", "must be one of RED, GREEN, BLUE (did you mean \"GREEN\"?)"},
      {"Containers", R"({"names":["a","a"]})", "/names/1", "appears twice"},
      {"Containers", R"({"moments":{"1":"1970-01-01T00:00:00Z"}})", "/moments/1",
       "must be a date-time as in RFC 3339, like 2026-11-23T03:20:00Z"},
  };
  for (const auto& each : table) {
    EXPECT_THAT(violations_of(fact(each.json, each.structure)), ElementsAre(Pair(each.pointer, each.detail)))
        << each.json;
  }
}

TEST(json_text_member, is_found_without_looking_further) {
  EXPECT_EQ(json_text_member(R"({"a":{"type":"no"},"b":["type"],"type":"yes\u0021","then":)", "type"), "yes!");
  EXPECT_EQ(json_text_member(R"({"type":"first","type":"second"})", "type"), "first");
  EXPECT_EQ(json_text_member(R"({"type":""})", "type"), "");
}

TEST(json_text_member, is_absent_where_there_is_no_text) {
  for (const char* json :
       {"", "5", "null", "[", R"(["type","a"])", R"({"type":5})", R"({"type":{"type":"a"}})",
        R"({"type":[{"type":"a"}]})", R"({"other":"a"})", R"({"other":1,}{"type":"a"})", R"({}{"type":"a"})"}) {
    EXPECT_EQ(json_text_member(json, "type"), std::nullopt) << json;
  }
}

}  // namespace
}  // namespace weir::codec
