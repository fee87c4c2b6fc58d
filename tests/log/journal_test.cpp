#include <gtest/gtest.h>

#include "log/format_version.hpp"
#include "log/log_rows.hpp"
#include "support/faulty_disk.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

timestamp second(std::int64_t n) { return timestamp{std::chrono::seconds{n}}; }

class journal_fixture : public ::testing::Test {
 protected:
  journal_fixture() { open(); }

  void open(rocksdb::Env* environment = nullptr) {
    log.reset();
    data.reset();
    store_options options;
    options.directory = directory.path() / "data";
    options.families = local_journal::families();
    options.families.push_back(meta_family());
    options.environment = environment;
    data = std::move(store::open(options).value());
    log = std::move(local_journal::open(*data).value());
  }

  record next(const std::string& stream, std::uint64_t sequence, std::uint64_t ahead = 1) {
    return {{log->last().value + ahead}, stream, {sequence}, second(1), second(2), stream + std::to_string(sequence)};
  }
  result<> commit(const std::vector<record>& records) {
    auto effects = data->begin();
    return log->commit(records, effects);
  }
  void erase(std::string_view family, const std::string& key) {
    auto batch = data->begin();
    batch.erase(data->find(family), key);
    ASSERT_TRUE(data->write(batch, store::durability::durable));
  }
  static std::string text(const result<std::vector<stored_record>>& records) {
    if (!records) return "error: " + records.error().detail;
    std::string all;
    for (const auto& one : *records) all += one.bytes + " ";
    return all;
  }

  testing::temporary_directory directory;
  std::unique_ptr<store> data;
  std::unique_ptr<local_journal> log;
};

class journal_log : public journal_fixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(commit({next("a", 1, 1), next("b", 1, 2), next("a", 2, 3)}));
    ASSERT_TRUE(commit({next("a", 3, 1)}));
    ASSERT_TRUE(commit({next("ab", 1, 1), next("a", 4, 2)}));
  }
};

TEST_F(journal_fixture, begins_empty) {
  EXPECT_EQ(log->last(), position{0});
  EXPECT_EQ(text(log->read_log({0}, 10)), "");
  EXPECT_EQ(log->head_of("a").value(), std::nullopt);
}

TEST_F(journal_log, is_read_in_the_order_of_commits) {
  EXPECT_EQ(log->last(), position{6});
  EXPECT_EQ(text(log->read_log({0}, 100)), "a1 b1 a2 a3 ab1 a4 ");
  EXPECT_EQ(text(log->read_log({2}, 3)), "a2 a3 ab1 ");
  EXPECT_EQ(text(log->read_log({6}, 3)), "");
}

TEST_F(journal_log, is_read_by_stream_in_both_directions) {
  EXPECT_EQ(text(log->read_stream("a", {1}, 100, direction::forward)), "a1 a2 a3 a4 ");
  EXPECT_EQ(text(log->read_stream("a", {2}, 2, direction::forward)), "a2 a3 ");
  EXPECT_EQ(text(log->read_stream("a", {3}, 100, direction::backward)), "a3 a2 a1 ");
  EXPECT_EQ(text(log->read_stream("a", {99}, 2, direction::backward)), "a4 a3 ");
  EXPECT_EQ(text(log->read_stream("b", {2}, 2, direction::forward)), "");
  EXPECT_EQ(text(log->read_stream("nobody", {1}, 2, direction::forward)), "");
}

TEST_F(journal_log, knows_each_streams_head) {
  const auto head = log->head_of("a").value();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->last, sequence{4});
  EXPECT_EQ(head->created_at, second(1));
  EXPECT_EQ(head->updated_at, second(2));
}

TEST_F(journal_log, goes_on_after_a_restart) {
  open();
  EXPECT_EQ(log->last(), position{6});
  ASSERT_TRUE(commit({next("a", 5)}));
  EXPECT_EQ(text(log->read_log({5}, 100)), "a4 a5 ");
}

TEST_F(journal_log, writes_effects_with_the_records) {
  auto effects = data->begin();
  effects.put(data->find("meta"), "row", "of a view");
  const std::vector<record> records{next("c", 1)};
  ASSERT_TRUE(log->commit(records, effects));
  EXPECT_EQ(data->get(data->find("meta"), "row").value(), "of a view");
}

TEST_F(journal_log, refuses_to_leave_a_gap) {
  EXPECT_THROW((void)commit({next("a", 5, 2)}), std::logic_error);
  EXPECT_THROW((void)commit({next("a", 5, 0)}), std::logic_error);
  EXPECT_EQ(log->last(), position{6});
}

TEST_F(journal_log, refuses_a_streams_name_that_would_break_its_keys) {
  EXPECT_THROW((void)commit({next(std::string("a\0b", 3), 1)}), std::logic_error);
  EXPECT_THROW((void)commit({next("", 1)}), std::logic_error);
}

TEST_F(journal_log, names_an_event_that_is_missing) {
  erase("events", format::event_key("a", {2}));
  EXPECT_EQ(text(log->read_log({0}, 100)), "error: position 3 names event 2 of stream a, which is missing");
  EXPECT_EQ(text(log->read_stream("a", {1}, 100, direction::forward)), "error: event 2 of stream a is missing");
  EXPECT_EQ(text(log->read_stream("a", {4}, 100, direction::backward)), "error: event 2 of stream a is missing");
}

TEST_F(journal_log, names_a_position_that_is_missing) {
  erase("positions", format::position_key({3}));
  EXPECT_EQ(text(log->read_log({0}, 100)), "error: position 3 is missing");
}

TEST_F(journal_log, does_not_open_if_its_last_event_is_missing) {
  erase("events", format::event_key("a", {4}));
  const auto opened = local_journal::open(*data);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
}

TEST_F(journal_fixture, does_not_move_on_when_a_commit_fails) {
  auto disk = std::make_shared<testing::faulty_disk>();
  const auto environment = rocksdb::NewCompositeEnv(disk);
  open(environment.get());
  ASSERT_TRUE(commit({next("a", 1)}));
  disk->fail_syncs();
  const auto failed = commit({next("a", 2)});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, errc::outcome_unknown);
  EXPECT_EQ(log->last(), position{1});
  disk->mend();
  EXPECT_FALSE(commit({next("a", 2)}));
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
  EXPECT_EQ(format::version, 2);
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
  const format::stream_times times{{3}, second(1), second(2)};
  EXPECT_EQ(format::read_stream_value(format::stream_value(times)).value(), times);
}

TEST(log_format, refuses_bytes_it_cannot_have_written) {
  EXPECT_FALSE(format::read_event_key("short"));
  EXPECT_FALSE(format::read_event_key("user-u1.12345678"));
  EXPECT_FALSE(format::read_position_key("123456789"));
  EXPECT_FALSE(format::read_position_value("12345678"));
  EXPECT_FALSE(format::read_stream_value("12345678"));
}

class format_version : public journal_fixture {
 protected:
  void mark(const std::string& version) {
    auto batch = data->begin();
    batch.put(data->find("meta"), "format", version);
    ASSERT_TRUE(data->write(batch, store::durability::durable));
  }
};

TEST_F(format_version, is_marked_in_a_new_store) {
  ASSERT_TRUE(check_format_version(*data));
  EXPECT_EQ(data->get(data->find("meta"), "format").value(), "2");
  EXPECT_TRUE(check_format_version(*data));
}

TEST_F(format_version, brings_an_earlier_one_up_to_date) {
  mark("1");
  ASSERT_TRUE(check_format_version(*data));
  EXPECT_EQ(data->get(data->find("meta"), "format").value(), "2");
}

TEST_F(format_version, refuses_a_newer_one) {
  mark("3");
  const auto checked = check_format_version(*data);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, errc::newer_format);
  EXPECT_NE(checked.error().detail.find("format 3"), std::string::npos) << checked.error().detail;
}

TEST_F(format_version, refuses_events_without_a_mark) {
  ASSERT_TRUE(commit({next("a", 1)}));
  const auto checked = check_format_version(*data);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, errc::corrupt);
}

TEST_F(format_version, refuses_a_mark_that_is_no_number) {
  for (const char* text : {"", "one", "1x", "-1", "0"}) {
    mark(text);
    const auto checked = check_format_version(*data);
    ASSERT_FALSE(checked) << text;
    EXPECT_EQ(checked.error().code, errc::corrupt) << text;
  }
}

}  // namespace
}  // namespace weir
