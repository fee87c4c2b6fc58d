#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <boost/algorithm/hex.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "codec/codec.hpp"
#include "engine/weir_test_orders.hpp"
#include "log/recorded_event.hpp"
#include "event_text/recorded_event_json.hpp"
#include "event_text/recorded_event_reader.hpp"
#include "server/domains.hpp"

// The bytes of every event that was ever shipped, in <domain>.golden, still mean what they meant. A file's first lines
// say how to add to it.
namespace weir {
namespace {

namespace fs = std::filesystem;

/// A block of a golden file.
struct golden {
  std::string kind, name;  ///< event userCreated, or record user-u1
  sequence number;         ///< of a record in its stream
  std::string bytes;       ///< hexadecimal digits, or ? where they are asked for
  std::string json;
  std::string becomes;  ///< what upcasts make of the event: its name and JSON
};

std::vector<golden> read(const fs::path& file) {
  std::vector<golden> blocks;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    if (!line.starts_with("  ")) {
      std::istringstream words(line);
      words >> blocks.emplace_back().kind >> blocks.back().name >> blocks.back().number.value;
      continue;
    }
    golden& block = blocks.at(blocks.size() - 1);
    const std::string value = line.substr(2);
    if (value.starts_with("becomes ")) {
      block.becomes = value.substr(8);
    } else {
      (value.starts_with("{") ? block.json : block.bytes) = value;
    }
  }
  return blocks;
}

std::string hex(std::string_view bytes) {
  std::string digits;
  boost::algorithm::hex_lower(bytes, std::back_inserter(digits));
  return digits;
}

std::string unhex(const std::string& digits) {
  std::string bytes;
  boost::algorithm::unhex(digits, std::back_inserter(bytes));
  return bytes;
}

std::string json_of(std::string_view bytes, const schema::structure& shape) {
  std::string json;
  const auto written = codec::to_json(bytes, shape, json);
  return written ? json : written.error().detail;
}

/// All domains of the program, and one whose events have upcasts.
const catalog& all() {
  static const catalog made([] {
    auto domains = all_domains();
    domains.push_back(weir_test_orders::weir_test_orders());
    return domains;
  }());
  return made;
}

fs::path file_of(const std::string& domain) { return fs::path(WEIR_GOLDEN) / (domain + ".golden"); }

void check_event(const golden& block) {
  const auto* place = all().find_event(block.name);
  ASSERT_NE(place, nullptr) << "an event that was shipped is gone";
  const event_type& type = place->type();
  if (block.bytes == "?") {
    const auto decoded = codec::from_json(block.json, *type.shape);
    ASSERT_TRUE(std::holds_alternative<std::string>(decoded)) << "the JSON breaks the rules";
    FAIL() << "the bytes are " << hex(type.encode(type.decode(std::get<std::string>(decoded))));
  }
  const std::string bytes = unhex(block.bytes);
  EXPECT_EQ(json_of(bytes, *type.shape), block.json);
  const auto read = codec::from_json(block.json, *type.shape, codec::checks::types_only);
  EXPECT_EQ(hex(std::get<std::string>(read)), block.bytes) << "an import would store something else";
  const std::any event = type.decode(bytes);
  ASSERT_EQ(type.upcast != nullptr, !block.becomes.empty());
  if (!type.upcast) return;
  const std::any newest = type.upcast(event);
  const event_type& newest_type = all().find_event(std::type_index(newest.type()))->type();
  EXPECT_EQ(newest_type.name + " " + json_of(newest_type.encode(newest), *newest_type.shape), block.becomes);
}

void check_record(const golden& block) {
  auto event = decode_recorded(unhex(block.bytes), block.name, block.number);
  ASSERT_TRUE(event) << event.error().detail;
  std::string json;
  event_text::append_recorded_event(json, *event, all()).value();
  EXPECT_EQ(json, block.json);
  const auto read = event_text::recorded_event_reader(all()).read(json);
  ASSERT_TRUE(read) << read.error().detail;
  settle_command(*event);  // JSON has no index of an event whose id does not say it
  EXPECT_EQ(hex(encode_recorded(*read)), hex(encode_recorded(*event))) << "an import would store something else";
}

class golden_bytes : public testing::TestWithParam<std::string> {
 protected:
  const std::vector<golden> blocks = read(file_of(GetParam()));
};

TEST_P(golden_bytes, still_mean_what_they_meant) {
  for (const golden& block : blocks) {
    SCOPED_TRACE(GetParam() + ".golden: " + block.kind + " " + block.name + " " + block.json);
    ASSERT_THAT(block.kind, testing::AnyOf("event", "record"));
    block.kind == "event" ? check_event(block) : check_record(block);
  }
}

TEST_P(golden_bytes, are_there_of_every_event_with_and_without_each_optional_field) {
  std::map<std::string, std::vector<nlohmann::json>> examples;
  for (const golden& block : blocks) {
    if (block.kind == "event") examples[block.name].push_back(nlohmann::json::parse(block.json));
  }
  for (const domain& each : all().domains()) {
    if (each.name != GetParam()) continue;
    for (const event_type& event : each.events) {
      const auto& of = examples[event.name];
      EXPECT_FALSE(of.empty()) << event.name << " has no block in tests/golden/" << each.name << ".golden";
      for (const schema::field& field : event.shape->fields) {
        const auto with = [&](const nlohmann::json& one) { return one.contains(field.name); };
        EXPECT_TRUE(std::any_of(of.begin(), of.end(), with)) << event.name << " with " << field.name;
        if (field.presence == schema::requiredness::required) continue;
        EXPECT_FALSE(std::all_of(of.begin(), of.end(), with)) << event.name << " without " << field.name;
      }
    }
  }
}

TEST_P(golden_bytes, are_there_of_a_whole_record) {
  EXPECT_TRUE(std::any_of(blocks.begin(), blocks.end(), [](const golden& block) { return block.kind == "record"; }));
}

std::vector<std::string> names() {
  std::vector<std::string> all_names;
  for (const domain& each : all().domains()) all_names.push_back(each.name);
  return all_names;
}

INSTANTIATE_TEST_SUITE_P(domains, golden_bytes, testing::ValuesIn(names()),
                         [](const auto& each) { return each.param; });

TEST(golden_files, are_all_of_domains_that_are_there) {
  for (const auto& entry : fs::directory_iterator(WEIR_GOLDEN)) {
    if (entry.path().extension() != ".golden") continue;
    EXPECT_THAT(names(), testing::Contains(entry.path().stem().string()));
  }
}

}  // namespace
}  // namespace weir
