#include "auth/key_fetcher.hpp"

#include <atomic>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace weir::auth {
namespace {

using namespace std::chrono_literals;

/// A fetcher whose fetches end when the test says so, under a clock that the test moves.
class a_key_fetcher : public ::testing::Test {
 protected:
  void start(std::chrono::milliseconds refresh) {
    subject.emplace(key_fetcher::dependencies{[this] { return fetch(); }, [this] { cancel(); },
                                              [this](const result<std::string>& got) { return take(got); },
                                              [this] { return key_fetcher::clock::time_point(time.load()); }},
                    key_fetcher::pace{refresh, 10s});
  }

  void end_fetch(bool well) {
    const std::lock_guard lock(mutex);
    answers.push_back(well);
    changed.notify_all();
  }

  /// Until so many fetches have begun, or have been taken.
  void wait_for_begun(int count) {
    wait([&] { return begun >= count; });
  }
  void wait_for_taken(int count) {
    wait([&] { return taken >= count; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> answers;
  int begun = 0, taken = 0;
  bool cancelled = false;
  std::atomic<key_fetcher::clock::duration> time{1h};
  std::optional<key_fetcher> subject;

 private:
  template <class Condition>
  void wait(Condition condition) {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 60s, condition));
  }

  result<std::string> fetch() {
    std::unique_lock lock(mutex);
    const auto turn = static_cast<std::size_t>(begun++);
    changed.notify_all();
    changed.wait(lock, [&] { return cancelled || answers.size() > turn; });
    if (cancelled || !answers[turn]) return error{errc::unavailable, "no"};
    return "keys";
  }

  void cancel() {
    const std::lock_guard lock(mutex);
    cancelled = true;
    changed.notify_all();
  }

  bool take(const result<std::string>& got) {
    const std::lock_guard lock(mutex);
    ++taken;
    changed.notify_all();
    return got.has_value();
  }
};

TEST_F(a_key_fetcher, fetches_at_once) {
  start(1h);
  wait_for_begun(1);
  EXPECT_TRUE(subject->want());
  end_fetch(true);
  wait_for_taken(1);
}

TEST_F(a_key_fetcher, fetches_for_an_unknown_key_but_not_in_a_storm) {
  start(1h);
  end_fetch(true);
  wait_for_taken(1);
  while (subject->want()) std::this_thread::yield();  // until the fetch counts as ended
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(subject->want());
  time = 1h + 9s;
  EXPECT_FALSE(subject->want());
  time = 1h + 10s;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(subject->want());
  wait_for_begun(2);
  end_fetch(true);
  wait_for_taken(2);
  while (subject->want()) std::this_thread::yield();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(begun, 2);
}

TEST_F(a_key_fetcher, fetches_again_and_again) {
  start(1ms);
  for (int i = 0; i < 3; ++i) end_fetch(true);
  wait_for_taken(3);
}

TEST_F(a_key_fetcher, tries_again_after_a_failure) {
  start(1ms);
  for (int i = 0; i < 3; ++i) end_fetch(false);
  wait_for_taken(3);
}

TEST_F(a_key_fetcher, stops_while_it_fetches) {
  start(1h);
  wait_for_begun(1);
  subject.reset();
  EXPECT_TRUE(cancelled);
}

}  // namespace
}  // namespace weir::auth
