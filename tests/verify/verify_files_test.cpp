#include <fstream>
#include <map>

#include "base/digest.hpp"
#include "verify/verified_store.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;
using testing::verified_store;

class files_of_a_store : public verified_store {
 protected:
  static std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> all_files;
    for (const auto& each : std::filesystem::recursive_directory_iterator(place())) {
      if (each.is_regular_file()) all_files[each.path().string()] = sha256(content(each.path()));
    }
    return all_files;
  }
  /// The largest file with this ending.
  [[nodiscard]] std::filesystem::path largest(const std::string& ending) const {
    std::filesystem::path found;
    for (const auto& each : std::filesystem::directory_iterator(place())) {
      const bool is_it = each.path().filename().string().find(ending) != std::string::npos;
      if (is_it && (found.empty() || each.file_size() > file_size(found))) found = each.path();
    }
    EXPECT_FALSE(found.empty()) << "no file " << ending;
    return found;
  }
  static void flip(const std::filesystem::path& file, std::size_t at) {
    std::fstream in(file, std::ios::binary | std::ios::in | std::ios::out);
    in.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(in.get() ^ 0x10);
    in.seekp(static_cast<std::streamoff>(at));
    in.put(byte);
    ASSERT_TRUE(in.flush());
  }
  void write_to_the_wal() {
    restart();
    for (int n = 0; n < 20; ++n) run(R"({"createUser":{"userId":"w)" + std::to_string(n) + R"(","name":"W"}})");
    wait_for_views();
    stop();
  }
  void move_rows_to_files() {
    store_options files;
    files.directory = place();
    files.families = applied_state::families();
    ASSERT_TRUE(std::move(store::open(files).value())->flush());
  }
};

TEST_F(files_of_a_store, are_not_changed_by_a_verification) {
  const auto before = everything();
  EXPECT_TRUE(verify().is_sound());
  EXPECT_EQ(everything(), before);
}

TEST_F(files_of_a_store, are_read_with_the_rows_that_are_in_the_wal_only) {
  write_to_the_wal();
  const auto report = verify();
  EXPECT_EQ(report.read.events, events + 20);
  EXPECT_TRUE(largest(".log").has_filename());
}

TEST_F(files_of_a_store, are_named_if_a_bit_of_their_rows_is_flipped) {
  move_rows_to_files();
  const auto table = largest(".sst");
  flip(table, file_size(table) / 3);
  const auto report = verify();
  ASSERT_GT(report.faults_found, 0u);
  EXPECT_EQ(report.faults.front().file, table.filename());
  EXPECT_FALSE(report.faults.front().family.empty());
  EXPECT_THAT(report.faults.front().what, HasSubstr("Corruption"));
}

TEST_F(files_of_a_store, are_named_if_they_are_cut_off) {
  move_rows_to_files();
  const auto table = largest(".sst");
  std::filesystem::resize_file(table, file_size(table) - 1);
  EXPECT_THAT(as_text(verify()), HasSubstr(table.filename().string()));
}

TEST_F(files_of_a_store, are_named_if_they_are_missing) {
  move_rows_to_files();
  const auto table = largest(".sst");
  std::filesystem::remove(table);
  EXPECT_THAT(as_text(verify()), HasSubstr(table.filename().string()));
}

TEST_F(files_of_a_store, are_all_checked_although_the_database_cannot_be_opened) {
  move_rows_to_files();
  const auto table = largest(".sst"), manifest = largest("MANIFEST");
  flip(table, file_size(table) / 3);
  flip(manifest, file_size(manifest) / 2);
  const std::string text = as_text(verify());
  EXPECT_THAT(text, HasSubstr("the database cannot be opened"));
  EXPECT_THAT(text, HasSubstr("file " + manifest.filename().string() + ": records cannot be read after byte"));
  EXPECT_THAT(text, HasSubstr("file " + table.filename().string()));
}

TEST_F(files_of_a_store, are_named_if_a_bit_of_the_wal_is_flipped) {
  write_to_the_wal();
  const auto wal = largest(".log");
  flip(wal, 3'000);
  EXPECT_THAT(as_text(verify()), HasSubstr("file " + wal.filename().string()));
}

TEST_F(files_of_a_store, are_named_if_the_end_of_the_wal_is_cut_off) {
  write_to_the_wal();
  const auto wal = largest(".log");
  std::filesystem::resize_file(wal, file_size(wal) / 2);
  EXPECT_THAT(as_text(verify()), HasSubstr("had been synced up to write"));
}

TEST_F(files_of_a_store, are_not_read_while_a_server_writes_them) {
  restart();
  const auto report = verify_directory(place(), *all, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::in_use);
}

TEST_F(files_of_a_store, keep_out_a_server_while_they_are_read) {
  store_options files;
  files.directory = place();
  const auto reading = std::move(store::open_to_read(files).value());
  const auto beside = store::open_to_read(files);
  EXPECT_TRUE(beside) << beside.error().detail;
  const auto writing = store::open(files);
  ASSERT_FALSE(writing);
  EXPECT_EQ(writing.error().code, errc::in_use);
}

TEST_F(files_of_a_store, are_no_data_directory_without_a_database) {
  const auto report = verify_directory(directory.path(), *all, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::not_found);
}

}  // namespace
}  // namespace weir
