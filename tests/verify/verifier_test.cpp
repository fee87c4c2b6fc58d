#include "verify/verifier.hpp"

#include <fstream>

#include "verify/verified_store.hpp"

namespace weir {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::verified_store;

class a_verifier : public verified_store {
 protected:
  a_verifier() { restart(); }
  ~a_verifier() override { runs.reset(); }

  void begin(std::chrono::seconds every = 0s) {
    runs.reset();
    runs = std::make_unique<verifier>(*state, verifier_options{.directory = place(), .every = every});
  }
  /// Waits for the end of a verification.
  verifier::status ended(std::uint64_t completed = 1) {
    for (;;) {
      auto now = runs->now();
      if (now.completed >= completed && !now.running_since) return now;
      std::this_thread::yield();
    }
  }
  void write_last(timestamp since) {
    std::ofstream(place() / "last-verification") << R"({"since":")" << to_rfc3339(since).value() << R"("})";
  }

  std::unique_ptr<verifier> runs;
};

TEST_F(a_verifier, verifies_a_running_store_when_it_is_asked_to) {
  begin();
  EXPECT_FALSE(runs->now().last);
  EXPECT_FALSE(runs->now().next);
  EXPECT_TRUE(runs->begin());
  const auto now = ended();
  ASSERT_TRUE(now.last);
  EXPECT_TRUE(now.last->is_sound) << now.last->report;
  EXPECT_EQ(now.last->events, events);
  EXPECT_GT(now.last->bytes, 0u);
  EXPECT_FALSE(std::filesystem::exists(place() / "verifying"));
}

TEST_F(a_verifier, remembers_what_it_found_over_a_restart) {
  begin();
  runs->begin();
  const auto before = *ended().last;
  begin(1h);
  const auto now = runs->now();
  ASSERT_TRUE(now.last);
  EXPECT_EQ(now.last->report, before.report);
  EXPECT_EQ(now.last->ended, before.ended);
  EXPECT_EQ(now.next, before.ended + 1h);
}

TEST_F(a_verifier, begins_by_itself_when_it_is_time) {
  write_last(wall_clock_now() - 8 * 24h);
  begin(7 * 24h);
  const auto now = ended();
  EXPECT_TRUE(now.last->is_sound);
  EXPECT_EQ(now.next, now.last->ended + 7 * 24h);
}

TEST_F(a_verifier, counts_the_time_to_the_first_one_over_restarts) {
  begin(7 * 24h);
  const auto next = runs->now().next;
  ASSERT_TRUE(next);
  begin(7 * 24h);
  EXPECT_EQ(runs->now().next, next);
}

TEST_F(a_verifier, says_what_is_wrong) {
  auto changes = data->begin();
  changes.put(data->find("streams"), "user-u9", "no head");
  data->write(changes, store::durability::durable).value();
  begin();
  runs->begin();
  const auto now = ended();
  EXPECT_FALSE(now.last->is_sound);
  EXPECT_EQ(now.last->faults, 1u);
  EXPECT_THAT(now.last->report, HasSubstr(R"("family":"streams","key":"user-u9")"));
}

TEST_F(a_verifier, ends_with_the_server) {
  begin();
  runs->begin();
  runs->stop();
  EXPECT_FALSE(runs->begin());
  EXPECT_FALSE(std::filesystem::exists(place() / "verifying"));
}

TEST_F(a_verifier, forgets_a_file_that_it_cannot_read) {
  std::ofstream(place() / "last-verification") << "no JSON";
  begin(1h);
  EXPECT_FALSE(runs->now().last);
  EXPECT_TRUE(runs->now().next);
}

}  // namespace
}  // namespace weir
