#include "log/migration.hpp"

#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "log/format_version.hpp"
#include "log/local_commit_log.hpp"
#include "log/recorded_event.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

constexpr std::size_t all = 100'000;

/// A store as programs of format 2 wrote it: events, and no commits.
class a_migration : public ::testing::Test {
 protected:
  a_migration() { open(); }

  void open() {
    data.reset();
    store_options options;
    options.directory = directory.path() / "data";
    options.families = log_rows::families();
    options.families.push_back(meta_family());
    data = std::move(store::open(options).value());
  }

  /// Commands of three events each, in streams of their own.
  void given_commands(std::size_t count) {
    auto batch = data->begin();
    std::uint64_t position = 0;
    for (std::size_t n = 1; n <= count; ++n) {
      const timestamp now{std::chrono::seconds{n}};
      const std::string command = new_uuid(now);
      for (std::int32_t index = 1; index <= 3; ++index) {
        recorded_event event;
        event.position = {++position};
        event.stream = "a-" + std::to_string(n);
        event.sequence = {static_cast<std::uint64_t>(index)};
        event.recorded_at = now;
        event.type = "happened";
        event.command_id = command;
        event.index_in_command = index;
        event.event_id = nth_event_id(command, index);
        batch.put(data->find("events"), format::event_key(event.stream, event.sequence), encode_recorded(event));
        batch.put(data->find("positions"), format::position_key(event.position),
                  format::position_value(event.stream, event.sequence));
        batch.put(data->find("streams"), event.stream, format::stream_value({event.sequence, now, now}));
      }
    }
    batch.put(data->find("meta"), "format", "2");
    data->write(batch, store::durability::durable).value();
  }

  std::vector<sealed_commit> commits() {
    const auto log = std::move(local_commit_log::open(*data).value());
    std::vector<sealed_commit> read;
    for (std::string& bytes : log->read(0, all, std::size_t{1} << 30).value()) {
      read.push_back(read_commit(std::move(bytes)).value());
    }
    return read;
  }

  /// That the commits go on from each other, and that none ends in the middle of a command.
  void expect_whole(const std::vector<sealed_commit>& made, std::size_t events) {
    log_head head = empty_log();
    for (const sealed_commit& one : made) {
      EXPECT_EQ(why_void(one.value, head), "");
      EXPECT_EQ(one.value.epoch, 0u);
      EXPECT_EQ(one.value.events.size() % 3, 0u) << "a command in two commits";
      head = one.head();
    }
    EXPECT_EQ(head.last, position{events});
  }

  static bool go_on(position, position) { return true; }

  testing::temporary_directory directory;
  std::unique_ptr<store> data;
};

TEST_F(a_migration, marks_a_new_store_with_the_present_format) {
  ASSERT_TRUE(migrate(*data, go_on));
  EXPECT_EQ(stored_format_version(*data).value(), format::version);
  EXPECT_TRUE(commits().empty());
}

TEST_F(a_migration, gathers_whole_commands_into_commits) {
  given_commands(2'000);
  ASSERT_TRUE(migrate(*data, go_on));
  EXPECT_EQ(stored_format_version(*data).value(), format::version);
  expect_whole(commits(), 6'000);
}

TEST_F(a_migration, goes_on_where_it_was_broken_off) {
  given_commands(2'000);
  for (int breaks = 0; breaks < 3; ++breaks) {
    int left = 2;
    const auto stopped = migrate(*data, [&](position, position) { return left-- > 0; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, errc::unavailable);
    EXPECT_EQ(stored_format_version(*data).value(), format::version) << "an earlier program must refuse it";
    open();
  }
  position first_seen{all};
  ASSERT_TRUE(migrate(*data, [&](position at, position) {
    first_seen = std::min(first_seen, at);
    return true;
  }));
  EXPECT_GT(first_seen.value, 0u) << "what was made is not made again";
  expect_whole(commits(), 6'000);
  int calls = 0;
  ASSERT_TRUE(migrate(*data, [&](position, position) { return ++calls > 0; }));
  EXPECT_EQ(calls, 0) << "it is done once";
}

TEST_F(a_migration, stops_at_an_event_that_cannot_be_read) {
  given_commands(2);
  auto batch = data->begin();
  batch.put(data->find("events"), format::event_key("a-2", {1}), "nonsense");
  data->write(batch, store::durability::durable).value();
  const auto made = migrate(*data, go_on);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::corrupt);
  EXPECT_NE(made.error().detail.find("event 1 of stream a-2"), std::string::npos) << made.error().detail;
}

}  // namespace
}  // namespace weir
