#include "personal/key_files.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace weir::personal {
namespace {

constexpr std::size_t slot = 64;

class key_files_in_a_directory : public ::testing::Test {
 protected:
  key_files_in_a_directory() { open(); }

  void open() {
    files_.reset();
    files_ = std::move(key_files::open(place()).value());
  }
  void close() { files_.reset(); }
  std::string why_not_open() {
    close();
    const auto opened = key_files::open(place());
    return opened ? "opened" : opened.error().detail;
  }

  std::filesystem::path place() const { return directory_.path() / "keys"; }
  std::filesystem::path path(int copy) const { return place() / ("keys." + std::to_string(copy)); }
  std::string bytes(int copy) const {
    std::ifstream in(path(copy), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(int copy, const std::string& text) const {
    std::ofstream(path(copy), std::ios::binary | std::ios::trunc) << text;
  }
  void change(int copy, std::size_t at, const std::string& text) const {
    std::string all = bytes(copy);
    all.replace(at, text.size(), text);
    write(copy, all);
  }

  std::string key_of(std::uint64_t number) const {
    const auto found = files_->read(number).value();
    return std::string(std::get<key>(found).bytes());
  }
  bool is_erased(std::uint64_t number) const {
    return std::holds_alternative<key_files::erased>(files_->read(number).value());
  }

  testing::temporary_directory directory_;
  std::unique_ptr<key_files> files_;
};

TEST_F(key_files_in_a_directory, keep_their_keys) {
  const std::string first = key_of(1), store = key_of(0), id = files_->id();
  EXPECT_NE(first, key_of(2));
  EXPECT_NE(first, store);
  open();
  EXPECT_EQ(key_of(1), first);
  EXPECT_EQ(key_of(0), store);
  EXPECT_EQ(files_->id(), id);
  EXPECT_EQ(bytes(1), bytes(2));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(place()).permissions(), perms::owner_all);
  EXPECT_EQ(std::filesystem::status(path(1)).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(key_files_in_a_directory, give_each_number_once_and_grow) {
  std::uint64_t last = 0;
  for (std::uint64_t i = 1; i <= key_files::slots_at_first + 10; ++i) {
    const std::uint64_t next = files_->next_free(last).value();
    ASSERT_EQ(next, last + 1);
    last = next;
  }
  EXPECT_EQ(files_->slots(), 2 * key_files::slots_at_first);
  const std::string late = key_of(last);
  open();
  EXPECT_EQ(key_of(last), late);
}

TEST_F(key_files_in_a_directory, overwrite_a_destroyed_key_in_both_copies) {
  const std::string gone = key_of(5), before = key_of(4), after = key_of(6);
  ASSERT_TRUE(files_->destroy(5));
  for (const int copy : {1, 2}) EXPECT_EQ(bytes(copy).find(gone), std::string::npos);
  EXPECT_TRUE(is_erased(5));
  EXPECT_EQ(key_of(4), before);
  EXPECT_EQ(key_of(6), after);
  open();
  EXPECT_TRUE(is_erased(5));
  EXPECT_TRUE(files_->destroy(5)) << "a second time";
  EXPECT_EQ(files_->next_free(4).value(), 6u) << "it is never given again";
}

TEST_F(key_files_in_a_directory, destroy_no_key_that_is_none) {
  EXPECT_EQ(files_->destroy(0).error().code, errc::corrupt) << "the key of the store";
  EXPECT_EQ(files_->destroy(std::uint64_t{1} << 60).error().code, errc::corrupt);
  EXPECT_TRUE(std::holds_alternative<key_files::missing>(files_->read(files_->slots()).value()));
}

TEST_F(key_files_in_a_directory, never_give_a_key_that_was_destroyed_before_it_was_there) {
  const std::uint64_t beyond = files_->slots() + 100;
  ASSERT_TRUE(files_->destroy(beyond));
  EXPECT_TRUE(is_erased(beyond));
  EXPECT_EQ(files_->next_free(beyond - 1).value(), beyond + 1);
}

TEST_F(key_files_in_a_directory, take_a_key_as_destroyed_when_only_the_first_copy_is_overwritten) {
  const std::string second = bytes(2);
  ASSERT_TRUE(files_->destroy(5));
  close();
  write(2, second);  // the power went between the two
  open();
  EXPECT_TRUE(is_erased(5));
  EXPECT_EQ(files_->next_free(4).value(), 6u);
  EXPECT_TRUE(files_->destroy(5));
  EXPECT_EQ(bytes(1), bytes(2));
}

TEST_F(key_files_in_a_directory, survive_a_power_cut_at_any_moment_of_an_erasure) {
  const std::string whole = bytes(1), gone = key_of(5);
  const std::size_t at = slot * 6;
  ASSERT_TRUE(files_->destroy(5));
  const std::string erased = bytes(1).substr(at, slot);
  // A sector is written whole or not at all; here every torn slot is tried too.
  for (std::size_t cut = 0; cut <= 2 * slot; ++cut) {
    close();
    for (const int copy : {1, 2}) {
      const std::size_t done = copy == 1 ? std::min(cut, slot) : cut < slot ? 0 : cut - slot;
      std::string torn = whole;
      torn.replace(at, done, erased.substr(0, done));
      write(copy, torn);
    }
    open();
    const auto found = files_->read(5).value();
    const key* const still = std::get_if<key>(&found);
    if (still) {
      EXPECT_EQ(still->bytes(), gone) << cut;
    }
    EXPECT_NE(key_of(4), key_of(6)) << cut;
    // The start does again what was in the list.
    ASSERT_TRUE(files_->destroy(5));
    for (const int copy : {1, 2}) ASSERT_EQ(bytes(copy).find(gone), std::string::npos) << cut;
  }
}

TEST_F(key_files_in_a_directory, survive_a_power_cut_at_any_moment_of_growing) {
  const std::string before = bytes(1);
  ASSERT_EQ(files_->next_free(key_files::slots_at_first - 1).value(), key_files::slots_at_first);
  const std::string after = bytes(1);
  const std::string last = key_of(key_files::slots_at_first - 1);
  const auto cuts = {before.size(),    before.size() + 1, before.size() + slot, before.size() + slot + 7,
                     after.size() - 1, after.size()};
  for (const std::size_t first : cuts) {
    for (const std::size_t second : cuts) {
      if (second > first) continue;
      close();
      write(1, after.substr(0, first));
      write(2, after.substr(0, second));
      open();
      EXPECT_EQ(key_of(key_files::slots_at_first - 1), last);
      const std::uint64_t next = files_->next_free(key_files::slots_at_first - 1).value();
      EXPECT_EQ(next, key_files::slots_at_first) << first << " " << second;
      const std::string given = key_of(next);
      open();
      EXPECT_EQ(key_of(next), given) << "it is on disk, in both copies";
      EXPECT_EQ(bytes(1).substr(slot * (next + 1), slot), bytes(2).substr(slot * (next + 1), slot));
    }
  }
}

TEST_F(key_files_in_a_directory, replace_keys_that_were_never_written_whole) {
  close();
  // The length reached the disk, the bytes did not.
  for (const int copy : {1, 2}) change(copy, slot * 11, std::string(slot, '\0'));
  open();
  EXPECT_EQ(files_->read(10).error().code, errc::corrupt);
  EXPECT_EQ(files_->next_free(9).value(), 10u);
  EXPECT_EQ(key_of(10).size(), key_bytes);
}

TEST_F(key_files_in_a_directory, use_the_other_copy_of_a_damaged_key) {
  const std::string kept = key_of(3);
  for (const int copy : {1, 2}) {
    for (const std::size_t bit : {0u, 100u, 511u}) {
      close();
      const std::string whole = bytes(copy);
      std::string damaged = whole;
      const std::size_t byte = slot * 4 + bit / 8;
      damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << bit % 8));
      write(copy, damaged);
      open();
      EXPECT_EQ(key_of(3), kept) << copy << " " << bit;
      close();
      write(copy, whole);
    }
  }
}

TEST_F(key_files_in_a_directory, name_a_key_that_is_damaged_in_both) {
  close();
  for (const int copy : {1, 2}) change(copy, slot * 4, "xx");
  open();
  const auto found = files_->read(3);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::corrupt);
  EXPECT_NE(found.error().detail.find("key 3 is damaged in both"), std::string::npos) << found.error().detail;
}

TEST_F(key_files_in_a_directory, complete_a_copy_that_is_missing) {
  const std::string kept = key_of(3);
  for (const int copy : {1, 2}) {
    close();
    std::filesystem::remove(path(copy));
    open();
    EXPECT_EQ(key_of(3), kept);
    EXPECT_EQ(bytes(1), bytes(2));
  }
}

TEST_F(key_files_in_a_directory, refuse_copies_that_do_not_belong_together) {
  testing::temporary_directory elsewhere;
  (void)key_files::open(elsewhere.path() / "keys").value();
  close();
  std::filesystem::copy_file(elsewhere.path() / "keys" / "keys.2", path(2),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(why_not_open().find("are of different stores"), std::string::npos) << why_not_open();
}

TEST_F(key_files_in_a_directory, refuse_a_file_that_is_none) {
  close();
  change(1, 3, "?");
  EXPECT_NE(why_not_open().find("is no file of keys"), std::string::npos) << why_not_open();
}

TEST_F(key_files_in_a_directory, have_these_bytes) {
  const std::string all = bytes(1);
  EXPECT_EQ(all.size(), slot * (1 + key_files::slots_at_first));
  EXPECT_EQ(all.substr(0, 12), "weir keys 1\n");
  EXPECT_EQ(all.substr(16, 16), files_->id());
  EXPECT_EQ(all.substr(slot * 4, key_bytes), key_of(3));
  EXPECT_EQ(all.substr(slot * 4 + key_bytes, 16), std::string(16, '\0'));
  ASSERT_TRUE(files_->destroy(3));
  EXPECT_EQ(bytes(1).substr(slot * 4, 48), std::string(32, '\0') + "erased" + std::string(10, '\0'));
}

}  // namespace
}  // namespace weir::personal
