#include "backup/archive.hpp"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "backup/description.hpp"
#include "base/ids.hpp"
#include "support/temporary_directory.hpp"

namespace weir::backup {
namespace {

using ::testing::HasSubstr;

log_identity some_log() { return {uuid_text(new_uuid(wall_clock_now())), wall_clock_now(), {}}; }

std::string contents(const std::filesystem::path& file) { return read_whole(file, 1u << 30).value(); }

void put_contents(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

class an_archive : public ::testing::Test {
 protected:
  an_archive() {
    spdlog::set_level(spdlog::level::err);
    log_head head = empty_log();
    for (int n = 0; n < 40; ++n) {
      commit one;
      one.number = head.number + 1;
      one.epoch = 1;
      one.first = head.last.next();
      one.previous = head.hash;
      one.committed_at = wall_clock_now();
      for (int event = 0; event < n % 4; ++event) {
        one.events.push_back({"user-" + std::to_string(n),
                              {static_cast<std::uint64_t>(event + 1)},
                              "the bytes of an event " + std::to_string(n * event)});
      }
      log_.push_back(seal(std::move(one)));
      head = log_.back().head();
    }
  }

  static archive_writer::limits small(std::uint64_t segment_bytes = 2'000) { return {segment_bytes, 100, {}}; }
  [[nodiscard]] std::unique_ptr<archive_writer> opened(std::uint64_t segment_bytes = 2'000) const {
    auto made = std::move(archive_writer::open(path(), small(segment_bytes)).value());
    made->go_on_with({which_, "{}"}).value();
    return made;
  }
  void add(archive_writer& to, std::size_t until) const {
    while (to.added().number < until) to.add(log_[to.added().number].bytes).value();
    to.keep().value();
  }
  /// The numbers of all commits that can be read.
  [[nodiscard]] std::vector<std::string> hashes(std::uint64_t after = 0) const {
    std::vector<std::string> found;
    archive(path())
        .read(after,
              [&](const sealed_commit& one) -> result<bool> {
                found.push_back(one.hash);
                return true;
              })
        .value();
    return found;
  }
  [[nodiscard]] std::vector<std::string> expected(std::size_t after, std::size_t until) const {
    std::vector<std::string> all;
    for (std::size_t i = after; i < until; ++i) all.push_back(log_[i].hash);
    return all;
  }
  [[nodiscard]] error fault() const {
    return archive(path()).read(0, [](const sealed_commit&) -> result<bool> { return true; }).error();
  }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "archive"; }

  testing::temporary_directory directory_;
  const log_identity which_ = some_log();
  std::vector<sealed_commit> log_;
};

TEST_F(an_archive, gives_back_what_was_added_in_order_over_many_segments) {
  add(*opened(), 40);
  EXPECT_GT(archive(path()).segments()->size(), 3u);
  EXPECT_EQ(hashes(), expected(0, 40));
  EXPECT_EQ(hashes(17), expected(17, 40));
  EXPECT_EQ(archive(path()).beginning()->log, which_);
}

TEST_F(an_archive, goes_on_after_its_last_commit) {
  for (std::size_t until = 1; until <= 40; until += 3) {
    const auto writer = opened();
    EXPECT_EQ(writer->head().number, until == 1 ? 0 : until - 3);
    add(*writer, until);
  }
  EXPECT_EQ(hashes(), expected(0, 40));
}

TEST_F(an_archive, has_no_gap_wherever_its_last_file_is_cut_off) {
  add(*opened(1u << 20), 7);
  const auto file = archive(path()).segments()->back().path;
  ASSERT_TRUE(archive(path()).segments()->back().is_open);
  const std::string whole = contents(file);
  std::uint64_t before = 0;
  // Each length costs a few syncs: those around the ends of parts all, of the others some.
  std::set<std::size_t> lengths{0, 1, whole.size()};
  for (std::size_t at = whole.find("WEIR"); at != whole.npos; at = whole.find("WEIR", at + 1)) {
    for (const std::size_t behind : {0u, 1u, 4u, 5u, 24u, 25u, 57u, 58u, 90u})
      lengths.insert(std::min(at + behind, whole.size()));
    if (at > 0) lengths.insert(at - 1);
  }
  for (const std::size_t length : lengths) {
    std::filesystem::remove_all(path());
    std::filesystem::create_directory(path());
    put_contents(file, whole.substr(0, length));
    const auto writer = opened(1u << 20);
    EXPECT_GE(writer->head().number, before);
    before = writer->head().number;
    add(*writer, 9);
    ASSERT_EQ(hashes(), expected(0, 9)) << "cut off after " << length << " bytes";
  }
  EXPECT_EQ(before, 7u);
}

TEST_F(an_archive, names_the_file_whose_bytes_have_changed) {
  add(*opened(), 40);
  const auto segments = *archive(path()).segments();
  const auto file = segments[1].path;
  const std::string whole = contents(file);
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    put_contents(file, changed);
    const error why = fault();
    EXPECT_EQ(why.code, errc::corrupt);
    ASSERT_THAT(why.detail, HasSubstr(file.string())) << at;
  }
}

TEST_F(an_archive, does_not_take_damage_for_an_incomplete_end) {
  add(*opened(1u << 20), 12);
  const auto file = archive(path()).segments()->back().path;
  std::string bytes = contents(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  put_contents(file, bytes);
  EXPECT_EQ(fault().code, errc::corrupt);
  EXPECT_EQ(archive_writer::open(path(), small()).error().code, errc::corrupt);
}

TEST_F(an_archive, names_the_commits_of_a_file_that_is_missing) {
  add(*opened(), 40);
  const auto segments = *archive(path()).segments();
  std::filesystem::remove(segments[1].path);
  EXPECT_THAT(fault().detail, HasSubstr("lacks the commits " + std::to_string(segments[1].first) + " to " +
                                        std::to_string(segments[2].first - 1)));
}

TEST_F(an_archive, takes_no_commit_twice_and_leaves_none_out) {
  const auto writer = opened();
  add(*writer, 5);
  EXPECT_EQ(writer->add(log_[4].bytes).error().code, errc::corrupt);
  EXPECT_EQ(writer->add(log_[6].bytes).error().code, errc::corrupt);
  add(*writer, 8);
  EXPECT_EQ(hashes(), expected(0, 8));
}

TEST_F(an_archive, is_of_one_log) {
  add(*opened(), 5);
  const auto writer = std::move(archive_writer::open(path(), small()).value());
  const auto refused = writer->go_on_with({some_log(), "{}"});
  EXPECT_EQ(refused.error().code, errc::stale);
  EXPECT_THAT(refused.error().detail, HasSubstr(which_.id));
}

TEST_F(an_archive, has_one_writer_at_a_time) {
  const auto first = opened();
  EXPECT_EQ(archive_writer::open(path(), small()).error().code, errc::in_use);
}

TEST_F(an_archive, that_was_about_to_finish_a_file_finishes_it) {
  add(*opened(1u << 20), 12);
  const auto file = archive(path()).segments()->back().path;
  const std::string bytes = contents(file);
  put_contents(file, bytes + segment_end(sha256(bytes)));
  add(*opened(1u << 20), 20);
  EXPECT_EQ(archive(path()).segments()->size(), 2u);
  EXPECT_EQ(hashes(), expected(0, 20));
}

TEST(frames_of_commits, are_found_however_their_bytes_come) {
  std::string bytes;
  append_frame(bytes, frame_kind::log, "{}");
  append_frame(bytes, frame_kind::commit, std::string(1'000, 'c'));
  append_frame(bytes, frame_kind::head, "");
  for (const std::size_t piece : {1u, 2u, 37u, 500u, 5'000u}) {
    frame_reader reader;
    std::string kinds;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      reader
          .add(std::string_view(bytes).substr(at, piece),
               [&](frame_kind kind, const std::string&) -> result<> {
                 kinds += static_cast<char>(kind);
                 return {};
               })
          .value();
    }
    EXPECT_EQ(kinds, "LCH") << piece;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    frame_reader reader;
    int whole = 0;
    bool kind_changed = false;
    const auto read = reader.add(changed, [&](frame_kind kind, const std::string&) -> result<> {
      ++whole;
      kind_changed =
          kind_changed || (kind != frame_kind::log && kind != frame_kind::commit && kind != frame_kind::head);
      return {};
    });
    EXPECT_TRUE(!read || whole < 3 || kind_changed) << at;
  }
}

}  // namespace
}  // namespace weir::backup
