#include <string>

#include <gtest/gtest.h>

#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

using namespace std::string_literals;

const malformed* fault_in(const decoded& from) { return std::get_if<malformed>(&from); }

TEST(malformed_json, is_refused_with_the_line_and_column_of_the_fault) {
  const struct {
    std::string json;
    std::size_t line, column;
  } table[] = {
      {"", 1, 1},
      {"   ", 1, 4},
      {"nul", 1, 4},
      {"{", 1, 2},
      {"{]", 1, 2},
      {"{\"text\"}", 1, 8},
      {"{\"text\" 1}", 1, 9},
      {"{\"text\":}", 1, 9},
      {"{\"text\":tru}", 1, 12},
      {"{\"text\":\"a\" \"b\"}", 1, 13},
      {"{\"text\":\"a\" 12}", 1, 13},
      {"{\"text\":\"a\" true}", 1, 13},
      {"{\"text\":\"a\",}", 1, 13},
      {"{text:1}", 1, 3},
      {"{'text':1}", 1, 2},
      {"{\"text\":NaN}", 1, 9},
      {"{\"text\":\"unexpected string literal", 1, 35},
      {"{\"real\":Infinity}", 1, 9},
      {"{\"real\":-Infinity}", 1, 10},
      {"{\"real\":01}", 1, 10},
      {"{\"real\":+1}", 1, 9},
      {"{\"real\":.5}", 1, 9},
      {"{\"real\":1.}", 1, 11},
      {"{\"real\":0x10}", 1, 10},
      {"{} {}", 1, 4},
      {"{}x", 1, 3},
      {"{}\n\n,", 3, 1},
      {"{} // no", 1, 4},
      {"/* no */ {}", 1, 1},
      {"{\n  \"text\": \"a\n\"}", 2, 13},
      {"{\n\"text\": \"\\x\"}", 2, 11},
      {"{\"text\":\"\\ud800\"}", 1, 16},
      {"{\"text\":\"\\udc00\"}", 1, 15},
      {"{\"text\":\"\xff\"}", 1, 10},
      {"{\"text\":\"\xc0\xaf\"}", 1, 10},
      {"{\"text\":\"\xed\xa0\x80\"}", 1, 11},
      {"{\"text\":\"\xc3\"}", 1, 11},
      {"{\"t\xff\":1}", 1, 4},
      {"{}\0"s, 1, 3},
      {"{\"text\":\0\"a\"}"s, 1, 9},
  };
  for (const auto& each : table) {
    const auto read = from_json(each.json, nasty_shape("Scalars"));
    const auto* fault = fault_in(read);
    ASSERT_NE(fault, nullptr) << each.json;
    EXPECT_EQ(fault->line, each.line) << each.json << ": " << fault->detail;
    EXPECT_EQ(fault->column, each.column) << each.json << ": " << fault->detail;
    EXPECT_FALSE(fault->detail.empty());
  }
}

TEST(malformed_json, says_what_is_wrong_without_quoting_what_may_be_no_utf8) {
  const auto detail = [](const char* json) { return fault_in(from_json(json, nasty_shape("Scalars")))->detail; };
  EXPECT_EQ(detail("{\"text\":\"a\" \xff}"), "syntax error while parsing object - invalid literal; expected '}'");
  EXPECT_EQ(detail("{\"text\":\"\xff\"}"), "syntax error while parsing value - invalid string: ill-formed UTF-8 byte");
}

TEST(malformed_json, counts_before_broken_rules) {
  EXPECT_NE(fault_in(from_json("{\"none\":1, \"text\": 2", nasty_shape("Scalars"))), nullptr);
}

TEST(malformed_json, includes_numbers_that_no_double_can_hold) {
  const auto read = from_json("{\"real\":\n 1e999}", nasty_shape("Scalars"));
  ASSERT_NE(fault_in(read), nullptr);
  EXPECT_EQ(fault_in(read)->detail, "a number is too large for a double");
  EXPECT_EQ(fault_in(read)->line, 2u);
  EXPECT_EQ(fault_in(read)->column, 2u);
}

}  // namespace
}  // namespace weir::codec
