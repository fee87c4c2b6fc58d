#include <gtest/gtest.h>

#include "codec/nasty.hpp"
#include "codec/random_values.hpp"

namespace weir::codec {
namespace {

errc code_of(std::string_view digits, const char* structure) {
  std::string json = "kept";
  const auto done = to_json(unhex(digits), nasty_shape(structure), json);
  EXPECT_FALSE(done) << digits << " " << json;
  EXPECT_EQ(json, "kept") << digits;
  return done ? errc::io : done.error().code;
}

TEST(corrupt_bytes, are_refused_and_leave_no_half_json) {
  const struct {
    const char *structure, *bytes;
  } table[] = {
      {"Point", ""},
      {"Point", "15"},
      {"Point", "15 02"},
      {"Point", "15 02 15 04"},
      {"Point", "15 02 15 04 00 00"},
      {"Point", "18 01 61 15 04 00"},
      {"Point", "15 ff ff ff ff ff ff ff ff ff 01 00"},
      {"Point", "15 ff ff ff ff ff ff ff ff ff ff 01 00"},
      {"Point", "1d 00"},
      {"Point", "10"},
      {"Point", "0c ff ff ff ff 0f 00"},
      {"Scalars", "78 02 61 00"},
      {"Scalars", "78 02 61 ff 00"},
      {"Scalars", "67 00 00 00"},
      {"Containers", "19 25 02 04 00"},
      {"Containers", "19 f1 ff ff ff ff 07 01"},
      {"Containers", "19 11 03 00"},
      {"Containers", "9b 01 58 02 01 61 00"},
      {"Containers", "9b 01"},
      {"Tree", "29 fc ff ff ff ff 07"},
      {"Point", "99 f1"},
  };
  for (const auto& each : table) EXPECT_EQ(code_of(each.bytes, each.structure), errc::corrupt) << each.bytes;
}

TEST(corrupt_bytes, may_be_nested_without_end) {
  std::string bytes;
  for (int i = 0; i < 1'000'000; ++i) bytes += unhex("29 1c");
  std::string json;
  EXPECT_FALSE(to_json(bytes, nasty_shape("Tree"), json));
  std::string unknown(1'000'000, '\x9c');
  EXPECT_FALSE(to_json(unknown, nasty_shape("Point"), json));
}

/// Nothing is expected but that there is an answer: sanitizers see to the rest.
TEST(corrupt_bytes, of_any_kind_get_an_answer) {
  SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(test_seed()));
  random_values values(test_seed());
  const auto& shape = nasty_shape("Everything");
  std::size_t refused = 0;
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes = values.structure(shape, 5, true);
    for (std::size_t changes = 1 + values.below(3); changes > 0; --changes) {
      bytes[values.below(bytes.size())] = static_cast<char>(values.below(256));
    }
    if (values.one_in(3)) bytes.resize(values.below(bytes.size()) + 1);
    std::string json;
    refused += to_json(bytes, shape, json) ? 0 : 1;
    for (const auto by : all_protocols) {
      std::string out;
      (void)to_thrift(bytes, shape, by, out).has_value();
      (void)from_thrift(bytes, by, shape);
    }
    (void)member_of(bytes, nasty_shape("Choice")).has_value();
  }
  EXPECT_GT(refused, 100u);
}

/// And the same for texts.
TEST(corrupt_bytes, in_json_get_an_answer) {
  SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(test_seed()));
  random_values values(test_seed());
  const auto& shape = nasty_shape("Everything");
  constexpr std::string_view pieces = "{}[],:\"\\ 0-.eEtfn\x01\xff";
  for (int i = 0; i < 1'000; ++i) {
    const std::string bytes = values.structure(shape, 4, true);
    std::string json = json_of(bytes, shape);
    std::string thrift_json = thrift_of(bytes, shape, protocol::json);
    for (auto* text : {&json, &thrift_json}) {
      for (std::size_t changes = 1 + values.below(4); changes > 0; --changes) {
        (*text)[values.below(text->size())] = pieces[values.below(pieces.size())];
      }
    }
    const auto read = from_json(json, shape);
    if (const auto* good = std::get_if<std::string>(&read)) {
      EXPECT_EQ(hex(bytes_of(from_json(json_of(*good, shape), shape))), hex(*good)) << json;
    }
    (void)from_thrift(thrift_json, protocol::json, shape);
  }
}

}  // namespace
}  // namespace weir::codec
