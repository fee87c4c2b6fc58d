#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "codec/nasty.hpp"

namespace weir::codec {
namespace {

using testing::ElementsAre;
using testing::Pair;
using elements = std::vector<std::string>;

std::variant<elements, malformed, invalid> read(std::string_view json, std::size_t elements_max = 10,
                                                const char* structure = "Scalars") {
  return from_json_array(json, nasty_shape(structure), elements_max);
}

violations faults_of(const std::variant<elements, malformed, invalid>& read) {
  violations all;
  for (const violation& each : std::get<invalid>(read).violations) all.emplace_back(each.pointer, each.detail);
  return all;
}

TEST(arrays, hold_structs_as_they_are_by_themselves) {
  const auto got = read(R"( [{"yes": true}, {}, {"yes": false, "tiny": 3}] )");
  const auto& all = std::get<elements>(got);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], bytes_of(from_json(R"({"yes":true})", nasty_shape("Scalars"))));
  EXPECT_EQ(all[1], bytes_of(from_json("{}", nasty_shape("Scalars"))));
  EXPECT_EQ(all[2], bytes_of(from_json(R"({"yes":false,"tiny":3})", nasty_shape("Scalars"))));
}

TEST(arrays, name_the_faults_of_all_elements_with_their_index) {
  EXPECT_THAT(faults_of(read(R"([{"yes": 1}, {"yes": true}, null, 3.5, "x", [[]], {"yes": true, "tiny": 300}])")),
              ElementsAre(Pair("/0/yes", "must be true or false, not a number"),
                          Pair("/2", "must be an object, not null"), Pair("/3", "must be an object, not 3.5"),
                          Pair("/4", "must be an object, not a string"), Pair("/5", "must be an object, not an array"),
                          Pair("/6/tiny", "must be an integer from -128 to 127")));
}

TEST(arrays, name_the_first_member_that_no_union_has) {
  const auto got = read(R"([{"undoIt": {"moment": 0}}, {"doThat": {}}, {"doThis": {}}])", 10, "Command");
  EXPECT_EQ(std::get<invalid>(got).unknown_member, "doThat");
}

TEST(arrays, have_at_least_one_element_and_no_more_than_are_taken) {
  EXPECT_THAT(faults_of(read("[]")), ElementsAre(Pair("", "must have 1 to 10 elements, and has 0")));
  EXPECT_THAT(faults_of(read(R"([{"yes": true}, {"yes": 1}, {"yes": 1}])", 2)),
              ElementsAre(Pair("", "must have 1 to 2 elements, and has 3"),
                          Pair("/1/yes", "must be true or false, not a number")));
}

TEST(arrays, keep_as_many_faults_as_a_struct_does) {
  std::string json = "[0";
  for (std::size_t i = 0; i < limits::violations_max * 2; ++i) json += ",0";
  EXPECT_EQ(faults_of(read(json + "]", 1000)).size(), limits::violations_max);
  EXPECT_EQ(faults_of(read(json + "]", 150)).size(), limits::violations_max);
}

TEST(arrays, are_what_the_text_has_to_be) {
  EXPECT_THAT(faults_of(read("7")), ElementsAre(Pair("", "must be an array")));
  EXPECT_THAT(faults_of(read(R"({"yes": true})")), ElementsAre(Pair("", "must be an array")));
  for (const char* json : {"", "[", "[{}", "[{},]", "[] 1", "[{\"yes\":true}}", "[\0]"}) {
    EXPECT_TRUE(std::holds_alternative<malformed>(read(json))) << json;
  }
  EXPECT_EQ(std::get<malformed>(read("[{\"yes\": true},\n nonsense]")).line, 2u);
}

TEST(arrays, are_nested_as_deep_as_a_struct_may_be) {
  const std::string deep(100'000, '[');
  EXPECT_TRUE(std::holds_alternative<malformed>(read(deep)));
  EXPECT_THAT(faults_of(read(deep + std::string(100'000, ']'))),
              ElementsAre(Pair("/0", "must be an object, not an array")));
}

}  // namespace
}  // namespace weir::codec
