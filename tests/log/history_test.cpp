#include "log/history.hpp"

#include <map>

#include <gtest/gtest.h>

#include "log/format_version.hpp"
#include "log/local_commit_log.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

class a_history : public ::testing::Test {
 protected:
  a_history() {
    store_options options;
    options.directory = directory.path() / "data";
    options.families = log_rows::families();
    options.families.push_back(meta_family());
    data = std::move(store::open(options)).value();
  }

  /// A commit of so many events, after those that are there.
  void append(std::size_t events) {
    commit next;
    next.number = head.number + 1;
    next.first = head.last.next();
    next.previous = head.hash;
    next.committed_at = head.committed_at;
    for (std::size_t n = 0; n < events; ++n)
      next.events.push_back({"user-u", last_sequence = last_sequence.next(), "event"});
    const sealed_commit made = seal(std::move(next));
    auto rows = data->begin();
    const std::vector<event_times> times(events);
    log_rows(*data).put(rows, made, times);
    ASSERT_TRUE(data->write(rows, store::durability::durable));
    head = made.head();
    for (std::uint64_t at = made.value.first.value; at <= head.last.value; ++at) hashes[at] = made.hash;
  }
  [[nodiscard]] static history_mark mark_of(const std::string& hash) {
    history_mark made = 0;
    for (int byte = 0; byte < 4; ++byte)
      made = made << 8 | static_cast<unsigned char>(hash[static_cast<std::size_t>(byte)]);
    return made;
  }

  weir::testing::temporary_directory directory;
  std::unique_ptr<store> data;
  log_head head = empty_log();
  sequence last_sequence{0};
  std::map<std::uint64_t, std::string> hashes;
};

TEST_F(a_history, has_a_mark_for_each_position_in_any_order) {
  for (const std::size_t events : {1u, 3u, 0u, 0u, 1u, 0u, 0u, 0u, 0u, 0u, 0u, 2u, 1u, 5u, 0u}) append(events);
  ASSERT_EQ(head.last, position{13});
  for (const std::uint64_t step : {1u, 2u, 3u, 5u, 7u, 11u}) {
    history marks(*data);
    for (std::uint64_t n = 0; n < 40; ++n) {
      const position at{1 + n * step % 13};
      EXPECT_EQ(marks.mark_at(at).value(), mark_of(hashes[at.value])) << at.value;
    }
  }
  EXPECT_EQ(history(*data).mark_at({0}).value(), 0u);
  EXPECT_EQ(history(*data).mark_at({14}).value(), std::nullopt);
}

TEST_F(a_history, has_no_mark_in_an_empty_log) { EXPECT_EQ(history(*data).mark_at({1}).value(), std::nullopt); }

TEST_F(a_history, sees_what_is_added) {
  history marks(*data);
  for (int n = 1; n <= 20; ++n) {
    append(n % 3 == 0 ? 0 : 2);
    EXPECT_EQ(marks.mark_at(head.last).value(), mark_of(hashes[head.last.value]));
    EXPECT_EQ(marks.mark_at(head.last.next()).value(), std::nullopt);
  }
}

TEST_F(a_history, says_what_is_missing) {
  for (int n = 0; n < 5; ++n) append(1);
  auto damage = data->begin();
  damage.erase(data->find("commits"), format::commit_key(3));
  ASSERT_TRUE(data->write(damage, store::durability::durable));
  EXPECT_EQ(history(*data).mark_at({2}).error().detail, "commit 3 is missing");
}

TEST(a_position_with_its_mark, is_read_as_it_is_written) {
  for (const history_mark mark : {0u, 1u, 0x25028f65u, 0xffffffffu}) {
    std::string text;
    append_position(text, {12}, mark);
    EXPECT_EQ(text.size(), 11u);
    const auto read = read_position(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->at, position{12});
    EXPECT_EQ(read->mark, mark);
  }
}

TEST_F(a_history, of_a_log_has_an_identity_that_stays) {
  const auto first = ensure_log_identity(*data).value();
  EXPECT_EQ(first.id.size(), 36u);
  EXPECT_EQ(first.current(), first.id);
  EXPECT_EQ(ensure_log_identity(*data).value(), first);
  log_identity restored = first;
  restored.branches.push_back({"01a21dc1-f565-7978-854f-55988eb325e6", {7}, std::string(32, 'h'), first.made_at});
  auto changes = data->begin();
  put_log_identity(*data, changes, restored);
  ASSERT_TRUE(data->write(changes, store::durability::durable));
  EXPECT_EQ(read_log_identity(*data).value(), restored);
  EXPECT_EQ(restored.current(), "01a21dc1-f565-7978-854f-55988eb325e6");
}

TEST_F(a_history, has_no_identity_that_is_damaged) {
  auto damage = data->begin();
  damage.put(data->find("meta"), "log", "x");
  ASSERT_TRUE(data->write(damage, store::durability::durable));
  EXPECT_EQ(ensure_log_identity(*data).error().code, errc::corrupt);
}

}  // namespace
}  // namespace weir
