#include <thread>

#include <gtest/gtest.h>

#include "log/format_version.hpp"
#include "log/local_commit_log.hpp"
#include "log/memory_commit_log.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

timestamp second(std::int64_t n) { return timestamp{std::chrono::seconds{n}}; }

/// The kinds of event logs that there are, each with what it stands on.
class in_memory {
 public:
  commit_log& open() { return log_; }
  store& rows() { return *store_; }
  [[nodiscard]] static result<> put(store::batch&, const sealed_commit&, std::span<const event_times>) { return {}; }

 private:
  static std::unique_ptr<store> opened(const std::filesystem::path& in) {
    store_options options;
    options.directory = in;
    return std::move(store::open(options).value());
  }
  testing::temporary_directory directory_;
  std::unique_ptr<store> store_ = opened(directory_.path() / "data");
  memory_commit_log log_;
};

class in_a_store {
 public:
  commit_log& open() {
    log_.reset();
    store_.reset();
    store_options options;
    options.directory = directory_.path() / "data";
    options.families = log_rows::families();
    options.families.push_back(meta_family());
    store_ = std::move(store::open(options).value());
    log_ = std::move(local_commit_log::open(*store_).value());
    return *log_;
  }
  store& rows() { return *store_; }
  [[nodiscard]] result<> put(store::batch& rows, const sealed_commit& one, std::span<const event_times> times) {
    log_rows(*store_).put(rows, one, times);
    return {};
  }

 private:
  testing::temporary_directory directory_;
  std::unique_ptr<store> store_;
  std::unique_ptr<local_commit_log> log_;
};

/// What every event log keeps to.
template <class Kind>
class every_commit_log : public ::testing::Test {
 protected:
  std::uint64_t sequence_ = 0;
  Kind kind;
  commit_log* log = &kind.open();

  sealed_commit next(std::size_t events = 1, std::uint64_t epoch = 1) {
    const log_head head = log->head();
    std::vector<stored_event> all;
    for (std::size_t i = 0; i < events; ++i) {
      ++sequence_;
      all.push_back({"a-1", {sequence_}, "event " + std::to_string(sequence_)});
    }
    std::vector<idempotent_answer> answers;
    if (events == 0) {
      answers.push_back({"ada", "key", "f", {{"a-1", {sequence_}, head.last}}, head.last.next(), head.last, second(9)});
    }
    return seal(
        {head.number + 1, epoch, head.last.next(), head.hash, second(1), std::move(all), std::move(answers), {}, {}});
  }
  result<commit_log::written> append(const sealed_commit& one) {
    auto rows = kind.rows().begin();
    const std::vector<event_times> times(one.value.events.size(), {second(1), second(1)});
    if (const auto put = kind.put(rows, one, times); !put) return put.error();
    return log->append(one, rows);
  }
  std::vector<std::string> all(std::uint64_t after = 0, std::size_t limit = 100, std::size_t bytes = 1u << 20) {
    return log->read(after, limit, bytes).value();
  }
};

using kinds = ::testing::Types<in_memory, in_a_store>;
TYPED_TEST_SUITE(every_commit_log, kinds);

TYPED_TEST(every_commit_log, begins_empty) {
  EXPECT_EQ(this->log->head(), empty_log());
  EXPECT_TRUE(this->all().empty());
}

TYPED_TEST(every_commit_log, gives_back_the_bytes_that_were_appended_in_order) {
  const sealed_commit first = this->next(3);
  ASSERT_TRUE(this->append(first));
  const sealed_commit answered = this->next(0);
  ASSERT_TRUE(this->append(answered));
  const sealed_commit third = this->next(1);
  ASSERT_TRUE(this->append(third));
  EXPECT_EQ(this->all(), (std::vector<std::string>{first.bytes, answered.bytes, third.bytes}));
  EXPECT_EQ(this->all(1, 1), std::vector<std::string>{answered.bytes});
  EXPECT_EQ(this->all(0, 100, 1), std::vector<std::string>{first.bytes})
      << "no further ones once there are so many bytes";
  EXPECT_TRUE(this->all(3).empty());
  EXPECT_EQ(this->log->head(), third.head());
  EXPECT_EQ(this->log->head().last, position{4});
}

TYPED_TEST(every_commit_log, refuses_what_does_not_go_on_from_its_head) {
  const sealed_commit one = this->next();
  ASSERT_TRUE(this->append(one));
  const log_head head = this->log->head();
  EXPECT_EQ(this->append(one).error().code, errc::stale) << "the same again";
  const sealed_commit of_the_next_leader = this->next(1, 2);
  const sealed_commit of_the_last_leader = this->next(1, 1);
  EXPECT_EQ(this->log->head(), head);
  ASSERT_TRUE(this->append(of_the_next_leader));
  EXPECT_EQ(this->append(of_the_last_leader).error().code, errc::stale);
  EXPECT_EQ(this->append(this->next(1, 1)).error().code, errc::stale) << "a leader of before";
  EXPECT_EQ(this->all().size(), 2u);
}

TYPED_TEST(every_commit_log, is_waited_on_by_whoever_follows_it) {
  ASSERT_TRUE(this->append(this->next()));
  const auto soon = [] { return std::chrono::steady_clock::now() + std::chrono::milliseconds{1}; };
  EXPECT_EQ(this->log->tail(0, 10, 1u << 20, soon()).value().size(), 1u);
  EXPECT_TRUE(this->log->tail(1, 10, 1u << 20, soon()).value().empty()) << "nothing came in time";
  const sealed_commit second_one = this->next();
  std::vector<std::string> seen;
  std::thread follower([&] {
    seen = this->log->tail(1, 10, 1u << 20, std::chrono::steady_clock::now() + std::chrono::minutes{1}).value();
  });
  ASSERT_TRUE(this->append(second_one));
  follower.join();
  EXPECT_EQ(seen, std::vector<std::string>{second_one.bytes});
}

}  // namespace
}  // namespace weir
