#include "log/commit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

timestamp second(std::int64_t n) { return timestamp{std::chrono::seconds{n}}; }

commit a_commit() {
  return {7,
          2,
          {41},
          std::string(32, 'h'),
          second(3),
          {{"user-u1", {1}, "bytes"}, {"user-u2", {300}, std::string("\0\x01", 2)}},
          {{"ada", "key", std::string(32, 'f'), {{"user-u1", {1}, {41}}}, {41}, {42}, second(90)}},
          {},
          {}};
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

TEST(a_commit, is_read_as_it_was_written) {
  const sealed_commit written = seal(a_commit());
  const sealed_commit read = read_commit(written.bytes).value();
  EXPECT_EQ(read.value, a_commit());
  EXPECT_EQ(read.hash, written.hash);
  EXPECT_EQ(seal(read.value).bytes, written.bytes);
}

TEST(a_commit, is_the_struct_of_the_idl) {
  const auto read = codec::decode<stored::StoredCommit>(seal(a_commit()).bytes);
  EXPECT_EQ(codec::encode(read), seal(a_commit()).bytes);
  EXPECT_EQ(read.number, 7);
  EXPECT_EQ(read.events.at(1).sequence, 300);
  EXPECT_EQ(read.answers.at(0).key, "key");
}

TEST(a_commit, has_these_bytes) {
  commit small{1, 1, {1}, no_commit_hash(), second(1), {{"a-1", {1}, "e"}}, {}, {}, {}};
  EXPECT_EQ(hex(seal(small).bytes),
            "1602"  // number
            "1602"  // epoch
            "1602"  // first position
            "1820"
            "0000000000000000000000000000000000000000000000000000000000000000"  // previous hash
            "1680897a"                                                          // committed at
            "191c"
            "1803612d31"
            "1602"
            "180165"
            "00"    // events
            "190c"  // answers
            "00");
}

TEST(a_commit, is_refused_where_its_bytes_are_none) {
  const std::string bytes = seal(a_commit()).bytes;
  EXPECT_EQ(read_commit("").error().code, errc::corrupt);
  EXPECT_EQ(read_commit(bytes.substr(0, bytes.size() / 2)).error().code, errc::corrupt);
  EXPECT_EQ(read_commit("\x16\x01").error().code, errc::corrupt);
}

TEST(a_commit, is_void_unless_it_goes_on_from_the_head) {
  commit good = a_commit();
  const log_head head{6, 2, {40}, std::string(32, 'h'), second(3)};
  EXPECT_EQ(why_void(good, head), "");
  const auto with = [&](auto change) {
    commit other = a_commit();
    change(other);
    return why_void(other, head);
  };
  EXPECT_EQ(with([](commit& c) { c.number = 8; }), "it is commit 8 after commit 6");
  EXPECT_EQ(with([](commit& c) { c.epoch = 1; }), "its epoch 1 is older than 2");
  EXPECT_EQ(with([](commit& c) { c.epoch = 3; }), "") << "a new leader goes on";
  EXPECT_EQ(with([](commit& c) { c.first = {42}; }), "it begins at position 42 after position 40");
  EXPECT_EQ(with([](commit& c) { c.previous[0] = 'x'; }), "it does not continue the last commit");
  EXPECT_EQ(with([](commit& c) { c.committed_at = second(2); }), "its time is before that of the last commit");
}

}  // namespace
}  // namespace weir
