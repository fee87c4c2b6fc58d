#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "power/trial.hpp"

namespace weir {
namespace {

using testing::disk_fault;
using testing::expectations;
using testing::failure;
using ::testing::IsEmpty;
using testing::operation;
using testing::survival;
using testing::told;
using testing::trial;

constexpr std::size_t workers_max = 4;

/// What each worker tries, for the handler of an abort: RocksDB's assertions run on threads of its own.
std::array<std::array<char, 128>, workers_max> tried_now{};

extern "C" void say_what_was_tried(int) {
  for (const auto& one : tried_now) {
    (void)!::write(STDERR_FILENO, one.data(), std::char_traits<char>::length(one.data()));
    (void)!::write(STDERR_FILENO, "\n", 1);
  }
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given ? std::stoull(given) : otherwise;
}

std::string described(const disk_fault& fault, survival left) {
  return std::string(name_of(fault.how)) + " at " + name_of(fault.of) + " " + std::to_string(fault.nth) +
         (fault.lasting ? " and all later ones" : "") + ", then left: " + name_of(left);
}

class failed_disk : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    spdlog::set_level(spdlog::level::off);
    std::signal(SIGABRT, say_what_was_tried);
  }
  static void TearDownTestSuite() {
    spdlog::set_level(spdlog::level::info);
    std::signal(SIGABRT, SIG_DFL);
  }

  struct attempt {
    disk_fault fault;
    survival left;
  };
  struct tally {
    std::map<operation, std::uint64_t> attempts;
    std::uint64_t failed = 0, refused = 0, unknown = 0, unharmed = 0, not_started = 0, answers = 0;
    std::vector<std::string> faults;
  };

  /// One run in which one operation fails; then the process ends, and the next one finds what is left.
  static void try_one(const attempt& now, const expectations& expected, std::vector<std::string>& faults, told& known,
                      bool& has_failed) {
    trial one;
    one.disk->fail(now.fault);
    // A command whose rows cannot be read fails alone: those beside it are carried out.
    one.one_at_a_time = now.fault.of == operation::read;
    known = one.run_script();
    has_failed = one.disk->has_failed();
    one.disk->mend();
    one.power_comes_back(now.left);
    faults = one.faults_while_running;
    if (one.served) {
      for (std::size_t i = 0; i < one.served->size(); ++i) {
        if (i >= expected.log.size() || (*one.served)[i] != expected.log[i])
          faults.push_back("event " + std::to_string(i + 1) + " was served, and is not what the script makes");
      }
    }
    for (auto& fault : one.faults_of_what_is_left(known, expected)) faults.push_back(std::move(fault));
  }

  static tally try_all(const std::vector<attempt>& attempts, const expectations& expected) {
    tally all;
    std::mutex mutex;
    std::size_t next = 0;
    const auto work = [&](std::size_t worker) {
      for (;;) {
        attempt now{};
        {
          const std::lock_guard lock(mutex);
          if (next == attempts.size() || all.faults.size() >= faults_enough) return;
          now = attempts[next++];
        }
        described(now.fault, now.left).copy(tried_now[worker].data(), tried_now[worker].size() - 1);
        std::vector<std::string> faults;
        told known;
        bool has_failed = false;
        try_one(now, expected, faults, known, has_failed);
        tried_now[worker] = {};
        const std::lock_guard lock(mutex);
        ++all.attempts[now.fault.of];
        all.failed += has_failed ? 1 : 0;
        all.answers += known.answers.size();
        all.unknown += known.unknown ? 1 : 0;
        all.refused += known.told_of_failure && !known.unknown ? 1 : 0;
        all.not_started += known.started ? 0 : 1;
        all.unharmed += known.completed ? 1 : 0;
        for (const std::string& fault : faults) all.faults.push_back(described(now.fault, now.left) + ": " + fault);
      }
    };
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < workers_max; ++i) workers.emplace_back(work, i);
    for (auto& one : workers) one.join();
    return all;
  }

  static constexpr std::size_t faults_enough = 10;
};

TEST_F(failed_disk, takes_nothing_that_was_acknowledged_and_ends_no_process_whatever_operation_fails) {
  trial whole;
  const expectations expected = whole.expected_of_a_run_without_a_cut();
  const std::uint64_t every = std::max<std::uint64_t>(1, setting("WEIR_FAULT_EVERY", 7));
  const bool all_ways = setting("WEIR_FAULT_ALL_WAYS", 0) != 0;
  std::vector<attempt> attempts;
  std::uint64_t turn = 0;
  for (const operation of : testing::all_operations) {
    const std::uint64_t count = whole.disk->done(of);
    ASSERT_GT(count, 0u) << name_of(of);
    for (std::uint64_t nth = 1 + (turn % every); nth <= count; nth += every) {
      for (const failure how : {failure::io_error, failure::no_space, failure::cut_short, failure::torn}) {
        if (of != operation::write && (how == failure::cut_short || how == failure::torn)) continue;
        if (of == operation::read && how == failure::no_space) continue;
        for (const bool lasting : {false, true}) {
          // In turn, unless all are wanted for each.
          const std::uint64_t ways = of == operation::write ? 8 : of == operation::read ? 2 : 4;
          const std::uint64_t way = (static_cast<std::uint64_t>(how) * 2 + (lasting ? 1 : 0)) % ways;
          if (!all_ways && way != turn % ways) continue;
          attempts.push_back(
              {{of, nth, how, lasting}, testing::all_survivals[attempts.size() % std::size(testing::all_survivals)]});
        }
      }
      ++turn;
    }
  }
  const tally all = try_all(attempts, expected);
  EXPECT_THAT(all.faults, IsEmpty());
  EXPECT_GT(all.failed, attempts.size() / 2);
  EXPECT_GT(all.unknown, 0u);
  std::uint64_t runs = 0;
  for (const auto& [of, count] : all.attempts) runs += count;
  EXPECT_EQ(runs, attempts.size());
  std::cout << "failed operations: " << runs << " runs (";
  for (const auto& [of, count] : all.attempts)
    std::cout << (of == operation::write ? "" : ", ") << name_of(of) << ' ' << count;
  std::cout << "); in " << all.unknown << " a command's outcome was told to be unknown, in " << all.refused
            << " commands were refused, in " << all.not_started << " a start was refused, " << all.unharmed
            << " ended as if nothing had failed; " << all.answers << " answers that had been given were looked for; "
            << all.faults.size() << " faults\n";
}

}  // namespace
}  // namespace weir
