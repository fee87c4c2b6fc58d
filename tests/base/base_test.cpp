#include <limits>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/hexadecimal.hpp"
#include "base/ids.hpp"
#include "base/memory_budget.hpp"
#include "base/time.hpp"

namespace weir {
namespace {

timestamp micros(std::int64_t count) { return timestamp{std::chrono::microseconds{count}}; }

TEST(rfc3339, is_read_in_all_its_forms) {
  const struct {
    const char* text;
    std::int64_t micros;
  } forms[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:01.5Z", 1'500'000},
      {"1970-01-01t00:00:00z", 0},
      {"1970-01-01 00:00:00Z", 0},
      {"1970-01-01T01:00:00+01:00", 0},
      {"1969-12-31T19:00:00-05:00", 0},
      {"1970-01-01T00:00:00.000001Z", 1},
      {"1970-01-01T00:00:00.123456789Z", 123'456},
      {"1970-01-01T00:00:00.12345678901234567890123456789Z", 123'456},
      {"1970-01-01T01:00:00.0000019999999999+01:00", 1},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2026-11-23T03:20:00.123456Z", 1'795'404'000'123'456},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000'000},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000'000},
  };
  for (const auto& form : forms) {
    const auto time = from_rfc3339(form.text);
    ASSERT_TRUE(time) << form.text;
    EXPECT_EQ(time->time_since_epoch().count(), form.micros) << form.text;
  }
}

TEST(rfc3339, refuses_what_is_no_date_time) {
  for (const char* text :
       {"", "2026-11-23", "2026-11-23T03:20Z", "2026-11-23T03:20:00", "2026-02-30T00:00:00Z", "2023-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T00:60:00Z", "2026-11-23T00:00:61Z",
        "2026-11-23T00:00:00.Z", "2026-11-23T00:00:00+1:00", "2026-11-23T00:00:00+24:00", "2026-11-23T00:00:00Zz",
        " 2026-11-23T00:00:00Z", "+2026-11-23T00:00:00Z", "26-11-23T00:00:00Z"}) {
    EXPECT_FALSE(from_rfc3339(text)) << text;
  }
}

TEST(rfc3339, is_written_with_the_digits_that_are_needed) {
  EXPECT_EQ(to_rfc3339(micros(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(micros(1'795'404'000'120'000)), "2026-11-23T03:20:00.120000Z");
  EXPECT_EQ(to_rfc3339(micros(1'795'404'000'123'456)), "2026-11-23T03:20:00.123456Z");
  EXPECT_EQ(to_rfc3339(micros(-1)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_rfc3339(micros(253'402'300'799'999'999)), "9999-12-31T23:59:59.999999Z");
  EXPECT_FALSE(to_rfc3339(micros(253'402'300'800'000'000)));
  EXPECT_EQ(to_rfc3339(micros(-62'167'219'200'000'000)), "0000-01-01T00:00:00.000000Z");
  EXPECT_FALSE(to_rfc3339(micros(-62'167'219'200'000'001)));
}

TEST(rfc3339, is_not_written_of_a_time_however_far_away) {
  // Of these the years have the same low 16 bits as years between 0 and 9999.
  EXPECT_FALSE(to_rfc3339(micros(-4'109'160'306'694'384'783)));
  EXPECT_FALSE(to_rfc3339(micros(2'131'276'000'000'000'000)));
  EXPECT_FALSE(to_shortest_rfc3339(micros(std::numeric_limits<std::int64_t>::min())));
  EXPECT_FALSE(to_rfc3339(micros(std::numeric_limits<std::int64_t>::max())));
}

TEST(time, sorts_as_text) {
  for (const std::int64_t first : {0, 1, 999, 1000, 119'999, 120'000, 999'999}) {
    EXPECT_LT(*to_rfc3339(micros(first)), *to_rfc3339(micros(first + 1))) << first;
  }
}

TEST(time, has_no_more_digits_than_it_needs_in_stored_names) {
  EXPECT_EQ(to_shortest_rfc3339(micros(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_shortest_rfc3339(micros(1'795'404'000'120'000)), "2026-11-23T03:20:00.120Z");
  EXPECT_EQ(to_shortest_rfc3339(micros(1'795'404'000'123'400)), "2026-11-23T03:20:00.123400Z");
}

TEST(day, is_one_that_the_calendar_has) {
  for (const char* text : {"2026-11-23", "2024-02-29", "0000-01-01", "9999-12-31"}) EXPECT_TRUE(is_day(text)) << text;
  for (const char* text : {"", "2026-02-30", "2023-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-01",
                           "2026-11-23T00:00:00Z", " 2026-11-23", "2026-11-23 ", "20261123", "2026/11/23"}) {
    EXPECT_FALSE(is_day(text)) << text;
  }
}

TEST(day, is_the_one_in_utc) {
  EXPECT_EQ(to_day(micros(-1)), "1969-12-31");
  EXPECT_EQ(to_day(micros(1'795'404'000'123'456)), "2026-11-23");
}

TEST(big_endian, has_byte_order_in_number_order) {
  std::string previous;
  for (const std::uint64_t value : {0ull, 1ull, 255ull, 256ull, 65'535ull, 1ull << 32, 1ull << 63, ~0ull}) {
    std::string bytes;
    append_big_endian(bytes, value);
    EXPECT_EQ(bytes.size(), 8u);
    EXPECT_EQ(read_big_endian(bytes), value);
    if (value != 0) {
      EXPECT_LT(previous, bytes);
    }
    previous = bytes;
  }
}

TEST(uuid, is_of_version_7_and_says_when_it_was_made) {
  const std::string text = uuid_text(new_uuid(micros(1'645'557'742'000'000)));
  EXPECT_EQ(text.substr(0, 15), "017f22e2-79b0-7");  // RFC 9562, appendix A.6
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
}

TEST(uuid, is_another_each_time) {
  std::set<std::string> all;
  for (int i = 0; i < 10'000; ++i) all.insert(new_uuid(micros(0)));
  EXPECT_EQ(all.size(), 10'000u);
}

TEST(uuid, is_read_from_its_canonical_text_only) {
  const std::string bytes = new_uuid(micros(1'000'000));
  EXPECT_EQ(uuid_bytes(uuid_text(bytes)), bytes);
  EXPECT_TRUE(uuid_bytes("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  for (const char* text : {"", "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2-79b07-cc3-98c4-dc0c0c07398f"}) {
    EXPECT_FALSE(uuid_bytes(text)) << text;
  }
}

TEST(memory_budget, is_held_in_shares_up_to_its_end) {
  constexpr std::size_t step = memory_budget::uncounted_bytes;
  memory_budget budget(4 * step);
  {
    memory_budget::share one(budget), two(budget);
    EXPECT_TRUE(one.try_hold(step + 1));
    EXPECT_EQ(budget.held(), 2 * step);
    EXPECT_FALSE(two.try_hold(2 * step + 1));
    EXPECT_TRUE(two.try_hold(2 * step));
    EXPECT_FALSE(one.try_hold(2 * step + 1));
    EXPECT_EQ(budget.held(), 4 * step);  // it keeps what it held
    EXPECT_TRUE(one.try_hold(step));     // which everybody has
    EXPECT_EQ(budget.held(), 2 * step);
    one.hold(10 * step);
    EXPECT_EQ(budget.held(), 12 * step);
    EXPECT_FALSE(two.try_hold(3 * step));
    EXPECT_TRUE(two.try_hold(2 * step));
    one.hold(0);
    EXPECT_FALSE(one.try_hold(2 * step, step));
    EXPECT_EQ(budget.held(), 2 * step);
    two.hold(0);
    EXPECT_TRUE(one.try_hold(2 * step, 2 * step));
    EXPECT_FALSE(one.try_hold(3 * step, 2 * step));
    one.hold(10 * step);
    EXPECT_EQ(budget.held(), 10 * step);
  }
  EXPECT_EQ(budget.held(), 0u);
  EXPECT_EQ(budget.bytes_max(), 4 * step);
}

TEST(memory_budget, is_never_given_twice) {
  memory_budget budget(1u << 20);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&budget] {
      memory_budget::share mine(budget);
      for (std::size_t n = 0; n < 20'000; ++n) {
        const bool held = mine.try_hold((n * 7919) % (600u << 10));
        if (held && budget.held() > budget.bytes_max()) ADD_FAILURE() << budget.held();
        if (n % 3 == 0) mine.hold(0);
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(budget.held(), 0u);
}

TEST(hexadecimal, is_read_as_it_is_written) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string text = "=";
  append_hexadecimal(text, all);
  EXPECT_EQ(text.size(), 513u);
  EXPECT_TRUE(text.starts_with("=000102") && text.ends_with("fdfeff")) << text;
  std::string bytes = "=";
  EXPECT_TRUE(append_from_hexadecimal(bytes, std::string_view(text).substr(1)));
  EXPECT_EQ(bytes, "=" + all);
}

TEST(hexadecimal, is_of_lower_case_digits_in_pairs) {
  std::string bytes;
  EXPECT_TRUE(append_from_hexadecimal(bytes, ""));
  for (const char* text : {"0", "abc", "0A", "G0", "0g", "0 ", "/0", ":0", "`0", "0x", "\xb5\xb5", "00-0"}) {
    EXPECT_FALSE(append_from_hexadecimal(bytes, text)) << text;
  }
}

TEST(random_hex, is_another_each_time_however_much_is_drawn) {
  std::set<std::string> all;
  for (const std::size_t bytes : {16, 4096, 8, 4095, 16}) {
    for (int i = 0; i < 600; ++i) EXPECT_TRUE(all.insert(random_hex(bytes).substr(0, 32)).second);
  }
}

TEST(random_hex, has_two_digits_a_byte) {
  const std::string text = random_hex(16);
  EXPECT_EQ(text.size(), 32u);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(text, random_hex(16));
}

}  // namespace
}  // namespace weir
