// The verification of the keys of personal data.
#include <atomic>
#include <fstream>
#include <thread>

#include "verify/verified_store.hpp"

namespace weir {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::verified_store;

constexpr std::uint64_t slot_bytes = 64;

class keys_of_a_store : public verified_store {
 protected:
  /// Another bit in the slot of a key.
  void flip(const char* file, std::uint64_t number) const {
    std::fstream in(place() / "keys" / file, std::ios::binary | std::ios::in | std::ios::out);
    const auto at = static_cast<std::streamoff>(slot_bytes * (number + 1) + 7);
    in.seekg(at);
    const int byte = in.get();
    in.seekp(at);
    in.put(static_cast<char>(byte ^ 16));
    ASSERT_TRUE(in.flush());
  }
  outcome erase(const std::string& subject) {
    submission work;
    work.erases = {subject};
    return submit(std::move(work)).get();
  }
  [[nodiscard]] std::string told() const {
    const auto report = verify();
    EXPECT_FALSE(report.is_sound());
    return as_text(report);
  }
};

TEST_F(keys_of_a_store, are_sound_with_somebody_erased) {
  start();
  ASSERT_TRUE(std::holds_alternative<acceptance>(erase("user-u2")));
  stop();
  const auto report = verify();
  EXPECT_TRUE(report.is_sound()) << as_text(report);
  EXPECT_EQ(report.read.views, 6u);
}

TEST_F(keys_of_a_store, are_named_if_one_is_damaged) {
  flip("keys.2", 3);
  EXPECT_THAT(told(),
              AllOf(HasSubstr("keys/keys.2"), HasSubstr("key 3 is damaged in this file, and whole in the other")));
  flip("keys.1", 3);
  EXPECT_THAT(told(), AllOf(HasSubstr("key 3 is damaged in both files"),
                            HasSubstr("the personal values of event 1 of stream user-u3 cannot be read")));
}

TEST_F(keys_of_a_store, are_made_whole_again_as_the_report_says) {
  flip("keys.1", 1);
  EXPECT_THAT(told(), HasSubstr("remove keys/keys.1 and start it"));
  std::filesystem::remove(place() / "keys" / "keys.1");
  start();
  stop();
  EXPECT_TRUE(verify().is_sound()) << as_text(verify());
}

TEST_F(keys_of_a_store, are_named_if_they_are_missing) {
  std::filesystem::remove_all(place() / "keys");
  const auto text = told();
  EXPECT_THAT(text, HasSubstr("put back the directory keys that belongs to this data"));
  EXPECT_THAT(text, HasSubstr("view.emails.2 could not be compared"));
  EXPECT_THAT(text, Not(HasSubstr("view.users.1"))) << "other rows are compared without keys";
  EXPECT_FALSE(std::filesystem::exists(place() / "keys")) << "a verification makes nothing";
}

TEST_F(keys_of_a_store, are_named_if_they_are_of_another_one) {
  const testing::temporary_directory elsewhere;
  static_cast<void>(personal::vault::open(elsewhere.path() / "keys").value());
  std::filesystem::remove_all(place() / "keys");
  std::filesystem::copy(elsewhere.path() / "keys", place() / "keys");
  EXPECT_THAT(told(), HasSubstr("are of other data"));
}

TEST_F(keys_of_a_store, are_named_if_one_is_destroyed_that_no_commit_erases) {
  { ASSERT_TRUE(personal::vault::open(place() / "keys").value()->destroy(4)); }
  EXPECT_THAT(told(), AllOf(HasSubstr("family subjects, key user-u4"),
                            HasSubstr("key 4 of this subject is destroyed, but no commit erases it")));
}

TEST_F(keys_of_a_store, may_still_be_there_until_the_next_start_completes_an_erasure) {
  const testing::temporary_directory before;
  std::filesystem::copy(place() / "keys", before.path() / "keys");
  start();
  ASSERT_TRUE(std::holds_alternative<acceptance>(erase("user-u2")));
  stop();
  std::filesystem::remove_all(place() / "keys");
  std::filesystem::copy(before.path() / "keys", place() / "keys");
  const auto report = verify();
  EXPECT_TRUE(report.is_sound()) << as_text(report);
  EXPECT_THAT(as_text(report), HasSubstr("the next start of the server destroys it"));
  start();
  stop();
  EXPECT_THAT(as_text(verify()), Not(HasSubstr("the next start of the server destroys it")));
}

TEST_F(keys_of_a_store, fit_subjects_that_the_commits_name) {
  tamper([](const store& in, store::batch& changes) {
    const family known = in.find("subjects");
    changes.put(known, "user-u2", in.get(known, "user-u3").value().value());
    changes.put(known, "user-u9", in.get(known, "user-u3").value().value());
    changes.erase(known, "user-u4");
    changes.put(known, "user-u5", "5");
  });
  const auto text = told();
  EXPECT_THAT(text, HasSubstr("key user-u2: the row is not what the commits make"));
  EXPECT_THAT(text, HasSubstr("key user-u9: no commit names this subject"));
  EXPECT_THAT(text, HasSubstr("key user-u4: the row is missing: a commit names this subject"));
  EXPECT_THAT(text, HasSubstr("the stored number of the key of user-u5 is damaged"));
}

TEST_F(keys_of_a_store, are_sound_while_people_come_and_are_erased) {
  restart();
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    for (int n = 0; n < 150 && !enough; ++n) {
      // Each has the address of the one before, who is erased.
      run(R"({"createUser":{"userId":"w)" + std::to_string(n) + R"(","name":"W","email":"w@example.org"}})");
      static_cast<void>(erase("user-w" + std::to_string(n)));
    }
  });
  bool is_told = false;
  for (int round = 0; round < 5; ++round) {
    verification_options how = live();
    // After the moment that is verified, and before its events are folded.
    how.progress = [&](const verification_progress&) {
      if (!is_told) {
        EXPECT_TRUE(std::holds_alternative<acceptance>(erase("user-u1")));
      }
      is_told = true;
    };
    const auto report = verify_store(*data, place(), *all, how).value();
    EXPECT_TRUE(report.is_sound()) << as_text(report);
  }
  enough = true;
  writer.join();
  EXPECT_TRUE(is_told);
}

}  // namespace
}  // namespace weir
