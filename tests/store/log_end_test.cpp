#include "store/log_end.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "store/store.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

constexpr std::size_t page_bytes = 4096;

/// As RocksDB's log has it, the lowest byte first.
std::string masked_crc32c(const std::string& bytes) {
  std::uint32_t crc = ~0u;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f6'3b78u : 0);
  }
  crc = ~crc;
  crc = (crc >> 15 | crc << 17) + 0xa282'ead8u;
  std::string text;
  for (int i = 0; i < 4; ++i) text += static_cast<char>(crc >> 8 * i);
  return text;
}

/// A log that RocksDB wrote, and where each of its records ends.
class log_end_of : public ::testing::Test {
 protected:
  void write(std::size_t value_bytes, store::durability how = store::durability::durable) {
    auto batch = data->begin();
    batch.put(data->find("a"), "key" + std::to_string(ends.size()), std::string(value_bytes, 'x'));
    EXPECT_TRUE(data->write(batch, how));
    ends.push_back(end(file()).offset);
  }

  [[nodiscard]] std::filesystem::path path() const {
    std::filesystem::path found;
    for (const auto& one : std::filesystem::directory_iterator(directory.path() / "data")) {
      if (one.path().extension() == ".log") found = std::max(found, one.path());
    }
    return found;
  }

  [[nodiscard]] std::string file() const {
    std::ostringstream all;
    all << std::ifstream(path(), std::ios::binary).rdbuf();
    return all.str();
  }

  static log_end end(const std::string& bytes) {
    std::istringstream in(bytes);
    return find_log_end([&in](char* into, std::size_t most) -> result<std::size_t> {
             in.read(into, static_cast<std::streamsize>(most));
             return static_cast<std::size_t>(in.gcount());
           })
        .value();
  }

  static std::string flipped(std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    return bytes;
  }

  const testing::temporary_directory directory;
  std::unique_ptr<store> data =
      store::open({.directory = directory.path() / "data", .families = {{.name = "a"}}}).value();
  std::vector<std::uint64_t> ends;
};

TEST_F(log_end_of, a_file_that_is_longer_than_its_records_is_behind_the_last) {
  for (const std::size_t bytes : {100, 40'000, 1, 200'000, 300}) write(bytes);
  EXPECT_GT(file().size(), ends.back()) << "zeros were to be written ahead";
  EXPECT_FALSE(end(file()).damaged);
  data.reset();
  EXPECT_EQ(file().size(), ends.back()) << "closing was to cut them off";
  EXPECT_EQ(end(file()).offset, ends.back());
  EXPECT_EQ(end("").offset, 0u);
}

TEST_F(log_end_of, a_cut_file_is_behind_the_last_whole_record) {
  for (int i = 0; i < 5; ++i) write(40);
  const std::string whole = file().substr(0, ends.back());
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const auto found = end(whole.substr(0, cut));
    std::uint64_t expected = 0;
    for (const auto one : ends) expected = one <= cut ? one : expected;
    EXPECT_EQ(found.offset, expected) << cut;
    EXPECT_FALSE(found.damaged) << cut;
    // Zeros that are left of a record look like room.
    const auto left = whole.substr(expected, cut - expected);
    EXPECT_EQ(found.torn, left.find_first_not_of('\0') != left.npos) << cut;
    EXPECT_EQ(end(whole.substr(0, cut) + std::string(70'000, '\0')).offset, expected) << cut;
  }
}

TEST_F(log_end_of, a_file_with_a_flipped_bit_is_damage_unless_it_is_in_the_last_record) {
  for (int i = 0; i < 5; ++i) write(40);
  const std::string whole = file();
  for (std::size_t at = 0; at < ends.back(); ++at) {
    const auto found = end(flipped(whole, at));
    std::uint64_t before = 0;
    for (const auto one : ends) before = one <= at ? one : before;
    EXPECT_EQ(found.offset, before) << at;
    EXPECT_EQ(found.damaged, at < ends[3]) << at;
  }
}

TEST_F(log_end_of, damage_is_found_in_records_of_many_blocks) {
  write(40);
  write(150'000);
  write(40);
  const std::string whole = file();
  for (std::size_t at = ends[0]; at < ends[1]; at += 1009) EXPECT_TRUE(end(flipped(whole, at)).damaged) << at;
}

TEST_F(log_end_of, a_last_write_of_which_only_some_pages_are_there_is_torn) {
  write(40);
  write(150'000);
  const std::string whole = file();
  for (std::size_t lost = ends[0] / page_bytes + 1; lost * page_bytes < ends[1]; ++lost) {
    std::string torn = whole;
    const std::size_t begin = lost * page_bytes;
    std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(begin), page_bytes, '\0');
    EXPECT_EQ(end(torn).offset, ends[0]) << lost;
    EXPECT_FALSE(end(torn).damaged) << lost;
  }
}

TEST_F(log_end_of, what_was_never_synced_may_be_missing_before_what_is_there) {
  write(40);
  write(40, store::durability::operating_system);
  write(40);  // synced, but not known to have been by anything behind it
  for (std::size_t at = ends[0]; at < ends[1]; ++at) {
    EXPECT_FALSE(end(flipped(file(), at)).damaged) << at;
    EXPECT_EQ(end(flipped(file(), at)).offset, ends[0]) << at;
  }
  write(40);
  for (std::size_t at = ends[0]; at < ends[1]; ++at) EXPECT_TRUE(end(flipped(file(), at)).damaged) << at;
}

TEST_F(log_end_of, a_record_behind_zeros_is_no_end) {
  for (int i = 0; i < 3; ++i) write(20'000);
  std::string bytes = file();
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(ends[0]), bytes.begin() + static_cast<std::ptrdiff_t>(ends[1]),
            '\0');
  EXPECT_EQ(end(bytes).offset, ends[0]);
  EXPECT_TRUE(end(bytes).damaged);
}

TEST_F(log_end_of, a_record_says_whether_all_before_it_was_synced_and_by_whom_it_was_written) {
  write(40);
  write(40, store::durability::operating_system);
  write(40);
  const auto tail = [this](std::size_t record) { return file().substr(ends[record] - 20, 20); };
  const std::string process = tail(0).substr(12);
  EXPECT_EQ(tail(0), "\x03\x12in-between" + process);  // nothing is known of what was there before
  EXPECT_EQ(tail(1),
            "\x03\x12"
            "after-sync" +
                process);
  EXPECT_EQ(tail(2), "\x03\x12in-between" + process);
  EXPECT_EQ(end(file()).first, end(file().substr(0, ends[0])).first);
  EXPECT_EQ(end(file()).next, *end(file()).first + 3);
}

TEST_F(log_end_of, a_record_in_what_a_client_has_sent_is_none) {
  write(40);
  write(40);
  // All of the log so far, as a value: its records are whole, and the last of them is of another process.
  auto batch = data->begin();
  std::string sent = file().substr(0, ends.back());
  sent.back() = static_cast<char>(sent.back() ^ 1);
  const auto fragment = ends[0];
  const std::string payload = sent.substr(fragment + 7);
  sent.replace(fragment, 4, masked_crc32c(std::string(1, sent[fragment + 6]) + payload));
  batch.put(data->find("a"), "key", std::string(page_bytes, 'x') + sent.substr(fragment));
  ASSERT_TRUE(data->write(batch, store::durability::durable));
  std::string torn = file();
  std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(ends[1]), 100, '\0');
  EXPECT_EQ(end(torn).offset, ends[1]);
  EXPECT_TRUE(end(torn).torn);
  EXPECT_FALSE(end(torn).damaged);
}

TEST_F(log_end_of, a_file_that_cannot_be_read_is_the_reads_error) {
  const auto failed = find_log_end([](char*, std::size_t) -> result<std::size_t> {
    return error{errc::io, "the disk is on fire"};
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().detail, "the disk is on fire");
}

/// A MANIFEST with one more record behind all others, which no sync has covered.
class torn_end_of_a_manifest : public log_end_of {
 protected:
  /// Opens the data again, with this behind the MANIFEST.
  result<> open_with(const std::string& record) {
    write(100);
    data.reset();
    std::string name;
    std::ifstream(directory.path() / "data" / "CURRENT") >> name;
    std::ofstream(directory.path() / "data" / name, std::ios::binary | std::ios::app) << record;
    auto opened = store::open({.directory = directory.path() / "data", .families = {{.name = "a"}}});
    if (!opened) return opened.error();
    EXPECT_EQ((*opened)->get((*opened)->find("a"), "key0").value(), std::string(100, 'x'));
    return {};
  }

  /// Longer than a page, shorter than what is left of the first block.
  static std::string record() {
    const std::string bytes(3 * page_bytes, 'm');
    std::string made = masked_crc32c('\1' + bytes);
    made += static_cast<char>(bytes.size() & 0xff);
    made += static_cast<char>(bytes.size() >> 8);
    return made + '\1' + bytes;
  }
};

TEST_F(torn_end_of_a_manifest, is_left_out_if_a_page_of_it_was_lost) {
  std::string torn = record();
  std::fill(torn.begin() + static_cast<std::ptrdiff_t>(page_bytes), torn.end(), '\0');
  EXPECT_TRUE(open_with(torn));
}

TEST_F(torn_end_of_a_manifest, is_left_out_if_only_a_later_page_is_there) {
  std::string torn = record();
  std::fill_n(torn.begin(), 2 * page_bytes, '\0');
  EXPECT_TRUE(open_with(torn));
}

TEST_F(torn_end_of_a_manifest, is_damage_if_all_of_it_is_there) {
  const auto opened = open_with(flipped(record(), 2 * page_bytes));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
  EXPECT_NE(opened.error().detail.find("MANIFEST"), std::string::npos) << opened.error().detail;
}

TEST_F(torn_end_of_a_manifest, is_damage_if_a_whole_record_follows) {
  std::string torn = record();
  std::fill(torn.begin() + static_cast<std::ptrdiff_t>(page_bytes), torn.end(), '\0');
  const auto opened = open_with(torn + record());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
}

}  // namespace
}  // namespace weir
