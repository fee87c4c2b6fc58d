#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden/golden_file.hpp"

// The bytes of every event that was ever shipped, in <domain>.golden, still mean what they meant. script/golden adds those
// of new events.
namespace weir::golden {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string text_of_domain(const std::string& name) { return text_of(fs::path(WEIR_GOLDEN) / (name + ".golden")); }

const checked_domain& domain_named(const std::string& name) {
  for (const checked_domain& each : checked_domains()) {
    if (each.of->name == name) return each;
  }
  throw std::logic_error("there is no domain " + name);
}

class golden_bytes : public testing::TestWithParam<std::string> {
 protected:
  const checked_domain& checked = domain_named(GetParam());
  const std::string text = text_of_domain(GetParam());
};

TEST_P(golden_bytes, still_mean_what_they_meant) {
  for (const block& one : read(text)) {
    EXPECT_EQ(fault_of(one, *checked.among), "")
        << GetParam() << ".golden: " << one.kind << " " << one.name << " " << one.json;
  }
}

TEST_P(golden_bytes, are_there_of_every_event_with_and_without_each_optional_field_and_of_a_whole_record) {
  EXPECT_THAT(missing(read(text), *checked.of), IsEmpty()) << "script/golden adds them";
}

TEST_P(golden_bytes, are_left_as_they_are_when_nothing_is_missing) {
  const auto again = completed(text, *checked.among, *checked.of);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(*again, text);
}

TEST_P(golden_bytes, are_written_of_a_domain_that_has_none_yet) {
  const auto made = completed("", *checked.among, *checked.of);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_THAT(missing(read(*made), *checked.of), IsEmpty());
  for (const block& one : read(*made)) EXPECT_EQ(fault_of(one, *checked.among), "") << one.name << " " << one.json;
}

std::vector<std::string> names() {
  std::vector<std::string> all_names;
  for (const checked_domain& each : checked_domains()) all_names.push_back(each.of->name);
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

/// Golden files of the domain that only tests have.
class golden_writer : public testing::Test {
 protected:
  [[nodiscard]] result<std::string> complete(const std::string& before) const {
    return completed(before, *checked.among, *checked.of);
  }
  [[nodiscard]] std::string why_not(const std::string& before) const {
    const auto made = complete(before);
    return made ? "it was written" : made.error().detail;
  }
  /// The text with one piece in place of another.
  static std::string with(std::string text, const std::string& was, const std::string& is) {
    const auto at = text.find(was);
    EXPECT_NE(at, text.npos);
    return text.replace(at, was.size(), is);
  }

  const checked_domain& checked = domain_named("weir_test_orders");
  const std::string text = text_of_domain("weir_test_orders");
  const std::string cancelled = "event orderCancelled\n  18026f3100\n  {\"orderId\":\"o1\"}\n";
};

TEST_F(golden_writer, adds_an_event_behind_what_is_there) {
  const std::string before = with(text, cancelled, "");
  const auto after = complete(before);
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_THAT(*after, StartsWith(before));
  EXPECT_GT(after->size(), before.size());
  EXPECT_THAT(missing(read(*after), *checked.of), IsEmpty());
}

TEST_F(golden_writer, writes_the_bytes_that_are_asked_for) {
  const auto after = complete(with(text, "18026f3100", "?"));
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_EQ(*after, text);
}

TEST_F(golden_writer, writes_what_upcasts_make_of_an_event) {
  const std::string first = "  becomes orderPlacedV3 {\"orderId\":\"o1\",\"cents\":1234,\"currency\":\"EUR\"}\n";
  const auto after = complete(with(with(text, "18026f3117ae47e17a14ae284000", "?"), first, ""));
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_EQ(*after, text);
}

TEST_F(golden_writer, refuses_to_change_bytes_that_were_shipped) {
  EXPECT_THAT(
      why_not(with(text, "18026f3100", "18026f3200")),
      HasSubstr("event orderCancelled {\"orderId\":\"o1\"}: the bytes are shown as {\"orderId\":\"o2\"}. Bytes that "
                "were shipped are never changed: mend the program."));
  EXPECT_THAT(why_not(with(text, "\"cents\":1234}\n  becomes", "\"cents\":1235}\n  becomes")),
              HasSubstr("are never changed"));
  EXPECT_THAT(why_not(with(text, "record order-o1 1\n  16021680", "record order-o1 1\n  16021682")),
              HasSubstr("are never changed"));
}

TEST_F(golden_writer, refuses_an_event_that_is_gone) {
  EXPECT_THAT(why_not(text + "\nevent orderLost\n  18026f3100\n  {\"orderId\":\"o1\"}\n"),
              HasSubstr("an event that was shipped is gone"));
}

}  // namespace
}  // namespace weir::golden
