#include "log/log_rows.hpp"

#include <gtest/gtest.h>

#include "log/format_version.hpp"
#include "log/local_commit_log.hpp"
#include "support/faulty_disk.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

timestamp second(std::int64_t n) { return timestamp{std::chrono::seconds{n}}; }

class log_in_a_store : public ::testing::Test {
 protected:
  log_in_a_store() { open(); }

  void open(rocksdb::Env* environment = nullptr) {
    log.reset();
    data.reset();
    store_options options;
    options.directory = directory.path() / "data";
    options.families = log_rows::families();
    options.families.push_back(meta_family());
    options.environment = environment;
    data = std::move(store::open(options).value());
    log = std::move(local_commit_log::open(*data).value());
  }

  static stored_event event(const std::string& stream, std::uint64_t sequence) {
    return {stream, {sequence}, stream + std::to_string(sequence)};
  }
  result<commit_log::written> commit(std::vector<stored_event> events) {
    auto rows = data->begin();
    return commit(std::move(events), rows);
  }
  result<commit_log::written> commit(std::vector<stored_event> events, store::batch& rows) {
    const log_head head = log->head();
    const std::vector<event_times> times(events.size(), {second(1), second(2)});
    const sealed_commit one =
        seal({head.number + 1, 1, head.last.next(), head.hash, second(2), std::move(events), {}, {}, {}});
    log_rows(*data).put(rows, one, times);
    return log->append(one, rows);
  }
  void erase(std::string_view family, const std::string& key) {
    auto batch = data->begin();
    batch.erase(data->find(family), key);
    ASSERT_TRUE(data->write(batch, store::durability::durable));
  }
  [[nodiscard]] std::string events_after(std::uint64_t after, std::size_t limit = 100) const {
    const auto part = log_rows(*data).scan({after}, log->head().last, "", limit, limit);
    if (!part) return "error: " + part.error().detail;
    return text(part->events);
  }
  [[nodiscard]] std::string stream(const std::string& name, std::uint64_t from, std::size_t limit,
                                   direction way) const {
    const auto events = log_rows(*data).read_stream(name, {from}, limit, way);
    return events ? text(*events) : "error: " + events.error().detail;
  }
  static std::string text(const std::vector<stored_event>& events) {
    std::string all;
    for (const auto& one : events) all += one.bytes + " ";
    return all;
  }

  testing::temporary_directory directory;
  std::unique_ptr<store> data;
  std::unique_ptr<local_commit_log> log;
};

class rows_of_a_log : public log_in_a_store {
 protected:
  void SetUp() override {
    ASSERT_TRUE(commit({event("a", 1), event("b", 1), event("a", 2)}));
    ASSERT_TRUE(commit({event("a", 3)}));
    ASSERT_TRUE(commit({event("ab", 1), event("a", 4)}));
  }
};

TEST_F(log_in_a_store, begins_empty) {
  EXPECT_EQ(log->head(), empty_log());
  EXPECT_EQ(events_after(0), "");
  EXPECT_EQ(log_rows(*data).head_of("a").value(), std::nullopt);
}

TEST_F(rows_of_a_log, are_read_in_the_order_of_commits) {
  EXPECT_EQ(log->head().last, position{6});
  EXPECT_EQ(events_after(0), "a1 b1 a2 a3 ab1 a4 ");
  EXPECT_EQ(events_after(2, 3), "a2 a3 ab1 ");
  EXPECT_EQ(events_after(6, 3), "");
}

TEST_F(rows_of_a_log, are_read_by_stream_in_both_directions) {
  EXPECT_EQ(stream("a", 1, 100, direction::forward), "a1 a2 a3 a4 ");
  EXPECT_EQ(stream("a", 2, 2, direction::forward), "a2 a3 ");
  EXPECT_EQ(stream("a", 3, 100, direction::backward), "a3 a2 a1 ");
  EXPECT_EQ(stream("a", 99, 2, direction::backward), "a4 a3 ");
  EXPECT_EQ(stream("b", 2, 2, direction::forward), "");
  EXPECT_EQ(stream("nobody", 1, 2, direction::forward), "");
}

TEST_F(rows_of_a_log, know_each_streams_head) {
  const auto head = log_rows(*data).head_of("a").value();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->last, sequence{4});
  EXPECT_EQ(head->created_at, second(1));
  EXPECT_EQ(head->updated_at, second(2));
}

TEST_F(rows_of_a_log, go_on_after_a_restart) {
  open();
  EXPECT_EQ(log->head().last, position{6});
  ASSERT_TRUE(commit({event("a", 5)}));
  EXPECT_EQ(events_after(5), "a4 a5 ");
}

TEST_F(rows_of_a_log, are_written_together_with_what_a_commit_changes) {
  auto rows = data->begin();
  rows.put(data->find("meta"), "row", "of a view");
  EXPECT_EQ(commit({event("c", 1)}, rows).value(), commit_log::written::commit_and_rows);
  EXPECT_EQ(data->get(data->find("meta"), "row").value(), "of a view");
}

TEST_F(rows_of_a_log, refuse_a_streams_name_that_would_break_their_keys) {
  EXPECT_THROW((void)commit({event(std::string("a\0b", 3), 1)}), std::logic_error);
  EXPECT_THROW((void)commit({event("", 1)}), std::logic_error);
}

TEST_F(rows_of_a_log, name_an_event_that_is_missing) {
  erase("events", format::event_key("a", {2}));
  EXPECT_EQ(events_after(0), "error: position 3 names event 2 of stream a, which is missing");
  EXPECT_EQ(stream("a", 1, 100, direction::forward), "error: event 2 of stream a is missing");
  EXPECT_EQ(stream("a", 4, 100, direction::backward), "error: event 2 of stream a is missing");
}

TEST_F(rows_of_a_log, name_a_position_that_is_missing) {
  erase("positions", format::position_key({3}));
  EXPECT_EQ(events_after(0), "error: position 3 is missing");
}

TEST_F(rows_of_a_log, name_a_commit_that_is_missing_or_another) {
  erase("commits", format::commit_key(2));
  EXPECT_EQ(log->read(0, 10, 1u << 20).error().detail, "commit 2 is missing");
  auto batch = data->begin();
  batch.put(data->find("events"), format::event_key("b", {1}), "another");
  ASSERT_TRUE(data->write(batch, store::durability::durable));
  EXPECT_EQ(log->read(0, 1, 1u << 20).error().detail, "commit 1 is not what was written: its hash differs");
}

TEST_F(rows_of_a_log, do_not_open_if_the_last_event_is_missing) {
  erase("events", format::event_key("a", {4}));
  const auto opened = local_commit_log::open(*data);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
}

TEST_F(rows_of_a_log, do_not_open_if_commits_and_positions_end_apart) {
  erase("commits", format::commit_key(3));
  const auto opened = local_commit_log::open(*data);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().detail, "the last commit, 2, ends at position 4, but the last position is 6");
}

TEST_F(log_in_a_store, does_not_move_on_when_a_commit_fails) {
  auto disk = std::make_shared<testing::faulty_disk>();
  const auto environment = rocksdb::NewCompositeEnv(disk);
  open(environment.get());
  ASSERT_TRUE(commit({event("a", 1)}));
  disk->fail_syncs();
  const auto failed = commit({event("a", 2)});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, errc::outcome_unknown);
  EXPECT_EQ(log->head().last, position{1});
  disk->mend();
  EXPECT_FALSE(commit({event("a", 2)}));
  log.reset();
  data.reset();
}

TEST(log_format, has_these_bytes) {
  const auto hex = [](std::string_view bytes) {
    std::string text;
    for (const unsigned char byte : bytes) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  };
  EXPECT_EQ(format::version, 3);
  EXPECT_EQ(hex(format::commit_key(258)), "0000000000000102");
  EXPECT_EQ(hex(format::event_key("user-u1", {258})),
            "757365722d7531"
            "00"
            "0000000000000102");
  EXPECT_EQ(hex(format::position_key({258})), "0000000000000102");
  EXPECT_EQ(hex(format::position_value("user-u1", {3})),
            "0000000000000003"
            "757365722d7531");
  EXPECT_EQ(hex(format::stream_value({{3}, second(1), second(2)})),
            "0000000000000003"
            "00000000000f4240"
            "00000000001e8480");
}

TEST(log_format, reads_what_it_writes) {
  EXPECT_EQ(format::read_event_key(format::event_key("user-u1", {258})).value(),
            (format::event_place{"user-u1", {258}}));
  EXPECT_EQ(format::read_position_key(format::position_key({258})).value(), position{258});
  EXPECT_EQ(format::read_position_value(format::position_value("user-u1", {3})).value(),
            (format::event_place{"user-u1", {3}}));
  EXPECT_EQ(format::read_commit_key(format::commit_key(258)).value(), 258u);
  const format::stream_times times{{3}, second(1), second(2)};
  EXPECT_EQ(format::read_stream_value(format::stream_value(times)).value(), times);
}

TEST(log_format, refuses_bytes_it_cannot_have_written) {
  EXPECT_FALSE(format::read_event_key("short"));
  EXPECT_FALSE(format::read_event_key("user-u1.12345678"));
  EXPECT_FALSE(format::read_position_key("123456789"));
  EXPECT_FALSE(format::read_commit_key("123456789"));
  EXPECT_FALSE(format::read_position_value("12345678"));
  EXPECT_FALSE(format::read_stream_value("12345678"));
}

class format_version : public log_in_a_store {
 protected:
  void mark(const std::string& version) {
    auto batch = data->begin();
    batch.put(data->find("meta"), "format", version);
    ASSERT_TRUE(data->write(batch, store::durability::durable));
  }
  [[nodiscard]] error refusal() const {
    const auto version = stored_format_version(*data);
    return version ? error{errc::invalid, "format " + std::to_string(*version)} : version.error();
  }
};

TEST_F(format_version, of_a_new_store_is_none) { EXPECT_EQ(stored_format_version(*data).value(), 0); }

TEST_F(format_version, is_that_of_the_mark) {
  mark("1");
  EXPECT_EQ(stored_format_version(*data).value(), 1);
}

TEST_F(format_version, refuses_a_newer_one) {
  mark("4");
  EXPECT_EQ(refusal().code, errc::newer_format);
  EXPECT_NE(refusal().detail.find("format 4"), std::string::npos) << refusal().detail;
}

TEST_F(format_version, refuses_events_without_a_mark) {
  ASSERT_TRUE(commit({event("a", 1)}));
  EXPECT_EQ(refusal().code, errc::corrupt);
}

TEST_F(format_version, refuses_a_mark_that_is_no_number) {
  for (const char* text : {"", "one", "1x", "-1", "0"}) {
    mark(text);
    EXPECT_EQ(refusal().code, errc::corrupt) << text;
  }
}

}  // namespace
}  // namespace weir
