#include <gtest/gtest.h>

#include "codec/compact.hpp"
#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

TEST(member_of, gives_the_member_and_its_own_bytes) {
  const auto& shape = nasty_shape("Command");
  const std::string compact = bytes_of(from_json(R"({"doIt":{"number":5,"word":"go"}})", shape));
  const auto found = member_of(compact, shape);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->field, shape.find("doIt"));
  EXPECT_EQ(json_of(found->bytes, *found->field->type.shape), R"({"number":5,"word":"go"})");
  EXPECT_EQ(decode<weir_test_nasty::DoCommand>(found->bytes).number, 5);
}

TEST(member_of, undoes_wrap) {
  for (const char* name : {"doIt", "undoIt"}) {
    const auto& shape = nasty_shape("Command");
    const std::string inner = unhex("16 02 00");
    const std::string wrapped = wrap(*shape.find(name), inner);
    EXPECT_EQ(member_of(wrapped, shape)->bytes, inner);
    EXPECT_EQ(member_of(wrapped, shape)->field, shape.find(name));
  }
  // With a field number of more than four bits.
  const auto& choice = nasty_shape("Choice");
  EXPECT_EQ(member_of(wrap(*choice.find("point"), unhex("15 00 15 00 00")), choice)->bytes, unhex("15 00 15 00 00"));
}

TEST(member_of, tells_a_newer_member_from_corrupt_bytes) {
  const auto code = [](const char* digits) { return member_of(unhex(digits), nasty_shape("Command")).error().code; };
  EXPECT_EQ(code("9c 00 00"), errc::newer_format);
  for (const char* digits :
       {"", "00", "1c", "1c 16", "1c 00", "1c 00 00 00", "15 02 00", "1c 00 1c 00 00", "1d 00 00"}) {
    EXPECT_EQ(code(digits), errc::corrupt) << digits;
  }
}

TEST(expand, fills_in_the_fields) {
  const auto& shape = nasty_shape("DoCommand");
  const auto name = [&](const char* json) { return *expand(*shape.stream, bytes_of(from_json(json, shape)), shape); };
  EXPECT_EQ(name(R"({"number":-5,"word":"go"})"), "thing--5-go");
  EXPECT_EQ(name(R"({"word":"a","number":0,"everything":{}})"), "thing-0-a");
  const auto& undo = nasty_shape("UndoCommand");
  EXPECT_EQ(*expand(*undo.stream, bytes_of(from_json(R"({"moment":"2026-11-23T03:20:00Z"})", undo)), undo),
            "other-2026-11-23T03:20:00Z");
  EXPECT_EQ(*expand(*undo.stream, bytes_of(from_json(R"({"moment":"2026-11-23T03:20:00.12Z"})", undo)), undo),
            "other-2026-11-23T03:20:00.120Z");
}

TEST(expand, needs_every_field_of_the_template) {
  const auto& shape = nasty_shape("DoCommand");
  const auto made = expand(*shape.stream, unhex("16 02 00"), shape);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid);
  EXPECT_EQ(made.error().detail, "DoCommand.word is needed for thing-{number}-{word}");
}

TEST(field_text, is_json_without_quotes) {
  const struct {
    const char *structure, *json, *field, *text;
  } table[] = {
      {"Scalars", R"({"yes":true,"text":"a\"b\n"})", "text", "a\"b\n"},
      {"Scalars", R"({"text":""})", "text", ""},
      {"Scalars", R"({"yes":false})", "yes", "false"},
      {"Scalars", R"({"large":-5})", "large", "-5"},
      {"Scalars", R"({"colour":"RED"})", "colour", "RED"},
      {"Scalars", R"({"colour":77})", "colour", "77"},
      {"Scalars", R"({"big":"9223372036854775807"})", "big", "9223372036854775807"},
      {"Scalars", R"({"moment":"1970-01-01T00:00:00Z"})", "moment", "1970-01-01T00:00:00Z"},
      {"Scalars", R"({"bytes":"AA=="})", "bytes", "AA=="},
      {"Scalars", R"({"real":"NaN"})", "real", "NaN"},
      {"Containers", R"({"tinies":[1,2]})", "tinies", "[1,2]"},
  };
  for (const auto& each : table) {
    const auto& shape = nasty_shape(each.structure);
    EXPECT_EQ(field_text(bytes_of(from_json(each.json, shape)), shape, *shape.find(each.field)), each.text)
        << each.json;
  }
}

TEST(field_bytes, are_those_of_the_value_alone) {
  const auto& shape = nasty_shape("DoCommand");
  const std::string compact = unhex("16 02 18 02 67 6f 1c 8c 15 02 15 04 00 00 00");
  EXPECT_EQ(hex(*field_bytes(compact, *shape.find("word"))), "02676f");
  EXPECT_EQ(json_of(*field_bytes(compact, *shape.find("everything")), nasty_shape("Everything")),
            R"({"point":{"x":1,"y":2}})");
  EXPECT_EQ(field_bytes(unhex("16 02 00"), *shape.find("word")), std::nullopt);
  EXPECT_EQ(field_bytes(unhex("16 02 18 09 67"), *shape.find("word")), std::nullopt);
}

TEST(field_text, is_absent_when_the_field_is_not_set_or_not_readable) {
  const auto& shape = nasty_shape("Scalars");
  EXPECT_EQ(field_text(unhex("00"), shape, *shape.find("text")), std::nullopt);
  EXPECT_EQ(field_text(unhex("11 00"), shape, *shape.find("text")), std::nullopt);
  EXPECT_EQ(field_text(unhex("78 09 61"), shape, *shape.find("text")), std::nullopt);
  EXPECT_EQ(field_text(unhex("76 02 00"), shape, *shape.find("text")), std::nullopt);
  EXPECT_EQ(field_text("", shape, *shape.find("text")), std::nullopt);
}

}  // namespace
}  // namespace weir::codec
