#include <gtest/gtest.h>

#include "codec/compact.hpp"
#include "codec/nasty.hpp"
#include "codec/random_values.hpp"

namespace weir::codec {
namespace {

constexpr int values_per_struct = 200;

constexpr const char* structs[] = {"Scalars", "Containers", "Scattered", "Tree",
                                   "Choice",  "Everything", "Defaults",  "DoCommand"};

/// Calls `check(bytes, shape, values)` for random values of many structs; a failure shows the seed that makes it again.
template <class Check>
void for_random_values(bool shuffled, Check check) {
  SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(test_seed()));
  random_values values(test_seed());
  for (const char* name : structs) {
    const auto& shape = nasty_shape(name);
    for (int i = 0; i < values_per_struct && !testing::Test::HasFailure(); ++i) {
      const std::string bytes = values.structure(shape, 1 + values.below(7), shuffled);
      SCOPED_TRACE(std::string(name) + " " + hex(bytes));
      check(bytes, shape);
    }
  }
}

TEST(round_trip, over_json_gives_the_same_bytes) {
  for_random_values(true, [](const std::string& bytes, const schema::structure& shape) {
    const std::string json = json_of(bytes, shape);
    EXPECT_EQ(hex(bytes_of(from_json(json, shape))), hex(bytes)) << json;
  });
}

TEST(round_trip, over_every_thrift_protocol_gives_the_same_bytes) {
  for_random_values(true, [](const std::string& bytes, const schema::structure& shape) {
    for (const auto by : all_protocols) {
      EXPECT_EQ(hex(bytes_of(from_thrift(thrift_of(bytes, shape, by), by, shape))), hex(bytes)) << static_cast<int>(by);
    }
  });
}

TEST(round_trip, from_thrift_to_json_and_back_gives_the_same_thrift) {
  for_random_values(false, [](const std::string& bytes, const schema::structure& shape) {
    for (const auto by : all_protocols) {
      const std::string sent = thrift_of(bytes, shape, by);
      const std::string json = json_of(bytes_of(from_thrift(sent, by, shape)), shape);
      EXPECT_EQ(hex(thrift_of(bytes_of(from_json(json, shape)), shape, by)), hex(sent)) << json;
    }
  });
}

TEST(round_trip, writes_compact_as_thrift_itself_does) {
  for_random_values(true, [](const std::string& bytes, const schema::structure& shape) {
    EXPECT_EQ(hex(thrift_of(bytes, shape, protocol::compact)), hex(bytes));
  });
}

/// What the generated struct writes goes over JSON and comes back the same.
template <class Struct>
void expect_same_as_generated(const char* name) {
  SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(test_seed()));
  random_values values(test_seed());
  const auto& shape = nasty_shape(name);
  for (int i = 0; i < values_per_struct && !testing::Test::HasFailure(); ++i) {
    const auto value = decode<Struct>(values.structure(shape, 1 + values.below(6), true));
    const std::string bytes = encode(value);
    const std::string json = json_of(bytes, shape);
    EXPECT_EQ(hex(bytes_of(from_json(json, shape))), hex(bytes)) << json;
    EXPECT_EQ(hex(encode(decode<Struct>(bytes))), hex(bytes));
  }
}

TEST(round_trip, agrees_with_the_generated_structs) {
  expect_same_as_generated<weir_test_nasty::Containers>("Containers");
  expect_same_as_generated<weir_test_nasty::Everything>("Everything");
  expect_same_as_generated<weir_test_nasty::Choice>("Choice");
  expect_same_as_generated<weir_test_nasty::Scattered>("Scattered");
  expect_same_as_generated<weir_test_nasty::Defaults>("Defaults");
}

TEST(round_trip, goes_to_the_greatest_depth) {
  std::string json = "{}";
  for (int i = 0; i < 31; ++i) json = R"({"children":[)" + json + "]}";
  const auto& shape = nasty_shape("Tree");
  const std::string bytes = bytes_of(from_json(json, shape));
  EXPECT_EQ(json_of(bytes, shape), json);
  for (const auto by : all_protocols)
    EXPECT_EQ(hex(bytes_of(from_thrift(thrift_of(bytes, shape, by), by, shape))), hex(bytes));
}

TEST(compact, encodes_and_decodes_generated_structs) {
  weir_test_nasty::Point point;
  point.__set_x(1);
  point.__set_y(-2);
  EXPECT_EQ(hex(encode(point)), "1502150300");
  EXPECT_EQ(decode<weir_test_nasty::Point>(encode(point)), point);
}

TEST(compact, throws_where_there_is_no_such_struct) {
  for (const char* bytes : {"", "15", "00", "15 02 00", "19 fc ff ff ff ff 07"}) {
    EXPECT_THROW((void)decode<weir_test_nasty::Point>(unhex(bytes)), apache::thrift::TException) << bytes;
  }
  // A list that claims 2^31 - 1 structs takes no memory for them.
  EXPECT_THROW((void)decode<weir_test_nasty::Tree>(unhex("29 fc ff ff ff ff 07")), apache::thrift::TException);
}

TEST(compact, encodes_after_a_large_struct_and_after_a_failure) {
  weir_test_nasty::Tree tree;
  tree.__set_label(std::string(1 << 20, 'x'));
  EXPECT_GT(encode(tree).size(), 1u << 20);
  weir_test_nasty::Tree deep;
  for (int i = 0; i < 100; ++i) {
    weir_test_nasty::Tree parent;
    parent.__set_children({deep});
    deep = parent;
  }
  EXPECT_THROW((void)encode(deep), apache::thrift::TException);
  EXPECT_EQ(hex(encode(weir_test_nasty::Tree{})), "00");
}

}  // namespace
}  // namespace weir::codec
