#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "power/trial.hpp"

namespace weir {
namespace {

using testing::asked;
using ::testing::Contains;
using testing::expectations;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::process;
using testing::survival;
using testing::told;
using testing::trial;

/// A number from the environment, for longer or shorter runs.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given ? std::stoull(given) : otherwise;
}

std::size_t rows_under_personal_keys(const process& weir) {
  std::size_t rows = 0;
  auto cursor = weir.data->scan(weir.data->find("view.emails.2"));
  for (cursor.seek(""); cursor.valid(); cursor.next()) ++rows;
  cursor.status().value();
  return rows;
}

/// All cuts, several at a time: most of a trial is waiting for threads to begin and end.
class lost_power : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }  // which would tell of every cut
  static void TearDownTestSuite() { spdlog::set_level(spdlog::level::info); }

  struct cut {
    std::uint64_t after_step;
    survival left;
  };
  struct tally {
    std::uint64_t cuts = 0, answers = 0;
    std::vector<std::string> faults;
  };

  static tally try_all(const std::vector<cut>& cuts, const expectations& expected) {
    tally all;
    std::mutex mutex;
    std::size_t next = 0;
    const auto work = [&] {
      for (;;) {
        cut now{};
        {
          const std::lock_guard lock(mutex);
          if (next == cuts.size() || all.faults.size() >= faults_enough) return;
          now = cuts[next++];
        }
        trial one;
        one.disk->lose_power_after(now.after_step);
        const told known = one.run_script();
        one.power_comes_back(now.left);
        const auto faults = one.faults_of_what_is_left(known, expected);
        const std::lock_guard lock(mutex);
        ++all.cuts;
        all.answers += known.answers.size();
        for (const std::string& fault : faults) {
          all.faults.push_back("cut after step " + std::to_string(now.after_step) + ", left: " + name_of(now.left) +
                               ": " + fault);
        }
      }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < workers_max; ++i) workers.emplace_back(work);
    for (auto& one : workers) one.join();
    return all;
  }

  static constexpr int workers_max = 4;
  static constexpr std::size_t faults_enough = 10;
};

TEST_F(lost_power, takes_nothing_that_was_acknowledged_whatever_step_it_comes_after) {
  trial whole;
  const expectations expected = whole.expected_of_a_run_without_a_cut();
  const std::uint64_t steps = whole.disk->steps();
  ASSERT_GT(whole.disk->made(".sst"), 0u) << "the script is to fill the write buffer";

  const std::uint64_t every = std::max<std::uint64_t>(1, setting("WEIR_CUT_EVERY", 1));
  const bool all_survivals = setting("WEIR_CUT_SURVIVALS", 1) > 1;
  std::vector<cut> cuts;
  for (std::uint64_t step = 0; step <= steps; step += every) {
    for (const survival left : testing::all_survivals) {
      // In turn, unless all are wanted for each.
      const bool its_turn = left == testing::all_survivals[(step / every) % std::size(testing::all_survivals)];
      if (all_survivals || its_turn) cuts.push_back({step, left});
    }
  }
  const tally all = try_all(cuts, expected);
  EXPECT_THAT(all.faults, IsEmpty());
  EXPECT_EQ(all.cuts, cuts.size());
  std::cout << "lost power: " << all.cuts << " cuts in a run of " << steps << " steps; " << all.answers
            << " answers that had been given were looked for; " << all.faults.size() << " faults\n";
}

/// That the trial would see a loss: on a disk that says of the log that it is synced when it is not.
class lost_power_of_a_disk_that_lies : public lost_power {
 protected:
  static std::vector<std::string> faults_with(survival left) {
    const expectations expected = trial().expected_of_a_run_without_a_cut();
    trial lied_to;
    lied_to.disk->lie_about_syncs_of(".log");
    const told known = lied_to.run_script();
    lied_to.power_comes_back(left);
    return lied_to.faults_of_what_is_left(known, expected);
  }
};

TEST_F(lost_power_of_a_disk_that_lies, is_seen_to_take_what_was_acknowledged) {
  EXPECT_THAT(faults_with(survival::nothing), Contains(HasSubstr("lost: key ")));
}

TEST_F(lost_power_of_a_disk_that_lies, stops_the_start_if_the_mark_outlived_the_log) {
  EXPECT_THAT(faults_with(survival::names), Contains(HasSubstr("does not start: the write-ahead log is damaged")));
}

TEST_F(lost_power, leaves_an_erasure_done_or_not_begun) {
  bool was_cut = true;
  std::size_t done = 0, not_begun = 0;
  for (std::uint64_t step = 1; was_cut; ++step) {
    trial one;
    process weir(one.disk);
    ASSERT_TRUE(weir.open_store(one.data()));
    ASSERT_TRUE(weir.open_engine());
    asked create;
    create.commands = {R"({"createUser":{"userId":"u1","name":"Ada","email":"ada@example.org"}})"};
    create.key = "k";
    ASSERT_TRUE(std::holds_alternative<acceptance>(weir.submit(create).get()));
    one.disk->lose_power_after(step);
    const bool acknowledged = std::holds_alternative<acceptance>(weir.erase("user-u1").get());
    was_cut = !one.disk->has_power();
    one.disk->lose_power();
    weir.end();
    one.power_comes_back(survival::nothing);

    process again(one.disk);
    ASSERT_TRUE(again.open_store(one.data()));
    ASSERT_TRUE(again.open_engine());
    const auto events = again.events().value();
    ASSERT_EQ(events.size(), 1u) << step;
    const bool erased = again.state->known_subjects().find("user-u1").value().value().erased;
    EXPECT_TRUE(erased || !acknowledged) << "an acknowledged erasure is lost after step " << step;
    EXPECT_EQ(again.state->read(events.front()).value().erased.empty(), !erased) << step;
    EXPECT_EQ(again.state->keys()->listed().size(), erased ? 1u : 0u) << step;
    const auto address = rows_under_personal_keys(again);
    EXPECT_EQ(address, erased ? 0u : 2u) << step;
    ++(erased ? done : not_begun);
  }
  EXPECT_GT(done, 0u);
  EXPECT_GT(not_begun, 0u);
}

}  // namespace
}  // namespace weir
