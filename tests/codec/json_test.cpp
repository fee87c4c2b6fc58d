#include <gtest/gtest.h>

#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

/// JSON goes in, is compact bytes, and comes out as `shown` (as it went in, if that is empty).
struct row {
  const char* structure;
  const char* json;
  const char* shown = "";
};

void expect_shown(const row& each) {
  const auto& shape = nasty_shape(each.structure);
  const std::string bytes = bytes_of(from_json(each.json, shape));
  EXPECT_EQ(json_of(bytes, shape), *each.shown ? each.shown : each.json);
  EXPECT_EQ(hex(bytes_of(from_json(json_of(bytes, shape), shape))), hex(bytes));
}

TEST(json, shows_each_scalar_as_the_interface_says) {
  const row table[] = {
      {"Scalars", "{}"},
      {"Scalars", R"({"yes":true})"},
      {"Scalars", R"({"yes":false})"},
      {"Scalars", R"({"tiny":-128})"},
      {"Scalars", R"({"tiny":127})"},
      {"Scalars", R"({"small":-32768})"},
      {"Scalars", R"({"small":32767})"},
      {"Scalars", R"({"medium":-2147483648})"},
      {"Scalars", R"({"medium":2147483647})"},
      {"Scalars", R"({"large":9007199254740991})"},
      {"Scalars", R"({"large":-9007199254740991})"},
      {"Scalars", R"({"large":-0})", R"({"large":0})"},
      {"Scalars", R"({"real":1.5})"},
      {"Scalars", R"({"real":2})", R"({"real":2.0})"},
      {"Scalars", R"({"real":-0.0})"},
      {"Scalars", R"({"real":5e-324})"},
      {"Scalars", R"({"real":1.7976931348623157e+308})"},
      {"Scalars", R"({"real":18446744073709551616})", R"({"real":18446744073709551616.0})"},
      {"Scalars", R"({"real":18446744073709551615})", R"({"real":18446744073709551616.0})"},
      {"Scalars", R"({"real":0.1})"},
      {"Scalars", R"({"real":"NaN"})"},
      {"Scalars", R"({"real":"Infinity"})"},
      {"Scalars", R"({"real":"-Infinity"})"},
      {"Scalars", R"({"text":""})"},
      {"Scalars", R"({"text":"a\"\\\/\b\f\n\r\t\u0001\u001f\u007f"})",
       "{\"text\":\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"}"},
      {"Scalars", R"({"text":"\u00e9\u20ac\ud83d\ude00"})", R"({"text":"é€😀"})"},
      {"Scalars", R"({"bytes":""})"},
      {"Scalars", R"({"bytes":"AAECAw=="})"},
      {"Scalars", R"({"colour":"GREEN"})"},
      {"Scalars", R"({"colour":-7})", R"({"colour":"BLUE"})"},
      {"Scalars", R"({"colour":12})"},
      {"Scalars", R"({"big":"9223372036854775807"})"},
      {"Scalars", R"({"big":"-9223372036854775808"})"},
      {"Scalars", R"({"moment":"2026-11-23T03:20:00.123456Z"})"},
      {"Scalars", R"({"moment":"2026-11-23T04:20:00.120+01:00"})", R"({"moment":"2026-11-23T03:20:00.120000Z"})"},
      {"Scalars", R"({"moment":"2026-11-23T03:20:00Z"})", R"({"moment":"2026-11-23T03:20:00.000000Z"})"},
      {"Scalars", R"({"moment":"2026-11-23T03:20:00.12345678901234567890Z"})",
       R"({"moment":"2026-11-23T03:20:00.123456Z"})"},
      {"Scalars", R"({"moment":"0000-01-01T00:00:00.000000Z"})"},
      {"Scalars", R"({"moment":"9999-12-31T23:59:59.999999Z"})"},
      {"Scalars", R"({"next":"one"})"},
      {"Scalars", R"({"text":null,"yes":null})", "{}"},
      {"Scalars", R"({ "text" :	"b", "yes": true
 })",
       R"({"text":"b","yes":true})"},
  };
  for (const auto& each : table) {
    SCOPED_TRACE(each.json);
    expect_shown(each);
  }
}

TEST(json, shows_each_container_as_the_interface_says) {
  const row table[] = {
      {"Containers", R"({"flags":[true,false,true]})"},
      {"Containers", R"({"flags":[]})"},
      {"Containers", R"({"tinies":[-1,0,1]})"},
      {"Containers", R"({"reals":[0.5,"NaN"]})"},
      {"Containers", R"({"blobs":["","/w=="]})"},
      {"Containers", R"({"names":["b","a"]})"},
      {"Containers", R"({"both":[false,true]})"},
      {"Containers", R"({"corners":[{"x":1,"y":2},{"x":2,"y":1}]})"},
      {"Containers", R"({"counts":{}})"},
      {"Containers", R"({"counts":{"":0,"a/b~c":1}})"},
      {"Containers", R"({"byNumber":{"9223372036854775807":"most","-1":"less"}})"},
      {"Containers", R"({"byBigNumber":{"-9223372036854775808":"least"}})"},
      {"Containers", R"({"byColour":{"RED":"r","5":"five"}})"},
      {"Containers", R"({"byColour":{"1":"r"}})", R"({"byColour":{"RED":"r"}})"},
      {"Containers", R"({"byFlag":[[true,"t"],[false,"f"]]})"},
      {"Containers", R"({"byFlag":[]})"},
      {"Containers", R"({"byPoint":[[{"x":1,"y":2},[{"number":5},{"nothing":{}}]]]})"},
      {"Containers", R"({"byReal":[[0.5,1],["Infinity",2]]})"},
      {"Containers", R"({"byBytes":[["AA==","RED"]]})"},
      {"Containers", R"({"deep":[[],[{}],[{"a":[1,2],"b":[]}]]})"},
      {"Containers", R"({"bits":{"-128":true,"127":false}})"},
      {"Containers", R"({"choices":[{"flag":true},{"flag":false},{"point":{"y":1,"x":2}},{"tree":{"label":"x"}}]})"},
      {"Containers", R"({"empties":[{},{}]})"},
      {"Containers", R"({"moments":{"1970-01-01T00:00:00.000000Z":"1970-01-01T00:00:00.000001Z"}})"},
      {"Containers", R"({"words":["abc"]})"},
      {"Containers", R"({"bigNumbers":{"1":"1"}})"},
      {"Containers", R"({"tinies":[0,1,2,3,4,5,6,7,8,9,10,11,12,13]})"},
      {"Containers", R"({"tinies":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14]})"},
      {"Tree", R"({"label":"a","children":[{"children":[]},{"named":{"x":{"label":"b"}}}]})"},
  };
  for (const auto& each : table) {
    SCOPED_TRACE(each.json);
    expect_shown(each);
  }
}

TEST(json, makes_the_bytes_that_the_compact_protocol_prescribes) {
  const struct {
    const char *structure, *json, *bytes;
  } table[] = {
      {"Empty", "{}", "00"},
      {"Point", R"({"x":1,"y":-2})", "15 02 15 03 00"},
      {"Point", R"({"y":-2,"x":1})", "25 03 05 02 02 00"},
      {"Scalars", R"({"yes":true,"tiny":-1})", "11 13 ff 00"},
      {"Scalars", R"({"yes":false})", "12 00"},
      {"Scalars", R"({"real":1})", "67 00 00 00 00 00 00 f0 3f 00"},
      {"Scalars", R"({"text":"hi"})", "78 02 68 69 00"},
      {"Containers", R"({"flags":[true,false]})", "19 21 01 02 00"},
      {"Containers", R"({"counts":{}})", "9b 00 00"},
      {"Containers", R"({"counts":{"a":1}})", "9b 01 85 01 61 02 00"},
      {"Containers", R"({"tinies":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]})", "29 f3 0f 000000000000000000000000000000 00"},
      {"Scattered", R"({"first":1,"sixteenth":true,"seventeenth":false,"far":""})", "15 02 f1 12 08 50 00 00"},
      {"Scattered", R"({"last":true,"farther":0})", "01 fe ff 03 06 90 4e 00 00"},
      {"Choice", R"({"point":{"x":0,"y":0}})", "0c d8 04 15 00 15 00 00 00"},
  };
  for (const auto& each : table) {
    EXPECT_EQ(hex(bytes_of(from_json(each.json, nasty_shape(each.structure)))), hex(unhex(each.bytes))) << each.json;
  }
}

TEST(json, keeps_members_in_the_order_in_which_they_came) {
  const auto& shape = nasty_shape("Point");
  EXPECT_EQ(json_of(bytes_of(from_json(R"({"y":1,"x":2})", shape)), shape), R"({"y":1,"x":2})");
}

TEST(json, never_rounds_a_large_number_that_a_domain_made) {
  const auto& shape = nasty_shape("Scalars");
  // Field 5, the largest i64.
  EXPECT_EQ(json_of(unhex("56 fe ff ff ff ff ff ff ff ff 01 00"), shape), R"({"large":9223372036854775807})");
  // Field 11, a moment beyond the year 9999: not a date that RFC 3339 could show.
  EXPECT_EQ(json_of(unhex("b6 fe ff ff ff ff ff ff ff ff 01 00"), shape), R"({"moment":9223372036854775807})");
}

TEST(json, leaves_out_fields_that_the_schema_does_not_know) {
  // Point with the unknown fields 3 (a list of maps), 4 (true), 5 (a struct) and 6 (a double).
  const std::string newer = unhex("15 02 15 04 19 1b 01 85 01 61 02 11 1c 15 02 00 17 00 00 00 00 00 00 f0 3f 00");
  EXPECT_EQ(json_of(newer, nasty_shape("Point")), R"({"x":1,"y":2})");
}

TEST(json, appends_to_what_is_there) {
  std::string json = "before ";
  ASSERT_TRUE(to_json(unhex("15 02 15 04 00"), nasty_shape("Point"), json));
  EXPECT_EQ(json, R"(before {"x":1,"y":2})");
}

}  // namespace
}  // namespace weir::codec
