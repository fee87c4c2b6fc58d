#include "auth/api_token.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "auth/token_file.hpp"
#include "support/temporary_directory.hpp"

namespace weir::auth {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

const timestamp now{std::chrono::seconds(1'900'000'000)};

TEST(an_api_token, is_its_id_its_secret_and_a_checksum) {
  const auto made = make_api_token("web", {"reader"}, now, std::nullopt);
  EXPECT_THAT(made.text, MatchesRegex("weir_[0-9a-f]{16}_[0-9a-f]{72}"));
  const auto read = read_api_token(made.text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, made.kept.id);
  EXPECT_TRUE(has_secret(made.kept, read->secret));
}

TEST(an_api_token, is_new_each_time) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto made = make_api_token("web", {}, now, std::nullopt);
    EXPECT_TRUE(seen.insert(made.text).second && seen.insert(made.kept.id).second &&
                seen.insert(made.kept.salt).second && seen.insert(made.kept.hash).second);
  }
}

TEST(an_api_token, with_any_character_changed_is_none) {
  const std::string text = make_api_token("web", {}, now, std::nullopt).text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(read_api_token(changed)) << changed;
  }
  for (const std::string& other :
       {text + "0", text.substr(0, text.size() - 1), " " + text, std::string("weir_"), std::string()}) {
    EXPECT_FALSE(read_api_token(other)) << other;
  }
}

TEST(an_api_token, has_no_secret_but_its_own) {
  const auto one = make_api_token("web", {}, now, std::nullopt), other = make_api_token("web", {}, now, std::nullopt);
  EXPECT_FALSE(has_secret(one.kept, read_api_token(other.text)->secret));
  EXPECT_FALSE(has_secret(one.kept, ""));
}

class a_token_file : public ::testing::Test {
 protected:
  std::string text() const {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const { std::ofstream(path) << text; }
  std::vector<api_token> tokens() const {
    auto read = read_token_file(path);
    EXPECT_TRUE(read) << read.error().text();
    return read ? std::move(*read) : std::vector<api_token>{};
  }
  std::string faults() const {
    const auto read = read_token_file(path);
    return read ? "none" : read.error().text();
  }
  result<> add(const api_token& token) const { return add_token(path, token, path); }

  weir::testing::temporary_directory directory;
  const std::filesystem::path path = directory.path() / "tokens.json";
};

TEST_F(a_token_file, that_is_not_there_holds_none) { EXPECT_TRUE(tokens().empty()); }

TEST_F(a_token_file, keeps_all_of_a_token_but_its_secret) {
  const auto made = make_api_token("web shop", {"reader", "support"}, now, now + hours(24));
  ASSERT_TRUE(add(made.kept));
  const auto kept = tokens();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].id, made.kept.id);
  EXPECT_EQ(kept[0].name, "web shop");
  EXPECT_EQ(kept[0].roles, made.kept.roles);
  EXPECT_EQ(kept[0].salt, made.kept.salt);
  EXPECT_EQ(kept[0].hash, made.kept.hash);
  EXPECT_EQ(kept[0].created, now);
  EXPECT_EQ(kept[0].expires, now + hours(24));
  EXPECT_FALSE(kept[0].revoked);
  EXPECT_THAT(text(), Not(HasSubstr(made.text.substr(22, 64))));
}

TEST_F(a_token_file, belongs_to_its_owner_alone) {
  ASSERT_TRUE(add(make_api_token("a", {}, now, std::nullopt).kept));
  std::filesystem::permissions(path, static_cast<std::filesystem::perms>(0644));
  ASSERT_TRUE(add(make_api_token("a", {}, now, std::nullopt).kept));
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST_F(a_token_file, stays_with_its_owner_when_root_changes_it) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const auto access = directory.path() / "access.json";
  std::ofstream(access) << "{}";
  ASSERT_EQ(chown(access.c_str(), 12'345, 23'456), 0);
  ASSERT_TRUE(add_token(path, make_api_token("a", {}, now, std::nullopt).kept, access));
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, 12'345u);
  EXPECT_EQ(about.st_gid, 23'456u);
  ASSERT_EQ(chown(path.c_str(), 34'567, 45'678), 0);
  ASSERT_TRUE(add_token(path, make_api_token("a", {}, now, std::nullopt).kept, access));
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, 34'567u);
}

TEST_F(a_token_file, revokes_once_and_for_good) {
  const auto one = make_api_token("a", {}, now, std::nullopt), other = make_api_token("b", {}, now, std::nullopt);
  ASSERT_TRUE(add(one.kept) && add(other.kept));
  ASSERT_TRUE(revoke_token(path, one.kept.id, now + hours(1)));
  ASSERT_TRUE(revoke_token(path, one.kept.id, now + hours(2)));
  EXPECT_EQ(tokens()[0].revoked, now + hours(1));
  EXPECT_FALSE(tokens()[1].revoked);
  EXPECT_EQ(revoke_token(path, "0123456789abcdef", now).error().code, errc::not_found);
}

TEST_F(a_token_file, drops_what_ended_long_ago) {
  auto expired = make_api_token("expired", {}, now, now + hours(1)).kept;
  auto revoked = make_api_token("revoked", {}, now, std::nullopt).kept;
  revoked.revoked = now + hours(1);
  ASSERT_TRUE(add(expired) && add(revoked));
  ASSERT_TRUE(add(make_api_token("new", {}, now + hours(90 * 24), std::nullopt).kept));
  EXPECT_EQ(tokens().size(), 3u);
  ASSERT_TRUE(add(make_api_token("newer", {}, now + hours(90 * 24 + 2), std::nullopt).kept));
  EXPECT_EQ(tokens().size(), 2u);
}

TEST_F(a_token_file, loses_nothing_when_many_change_it) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 10; ++j) EXPECT_TRUE(add(make_api_token("a", {}, now, std::nullopt).kept));
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(tokens().size(), 40u);
}

TEST_F(a_token_file, names_all_its_faults) {
  write(
      R"({"tokens": [{"id": "x", "name": "a", "roles": [], "salt": "00", "hash": "00", "created": "today"}, {}], "other": 1})");
  EXPECT_THAT(faults(), HasSubstr("/tokens/0/id: must match"));
  EXPECT_THAT(faults(), HasSubstr("/tokens/0/salt: must match"));
  EXPECT_THAT(faults(), HasSubstr("/tokens/1: the member \"hash\" is missing"));
  EXPECT_THAT(faults(), HasSubstr("/other: there is no such member"));
}

TEST_F(a_token_file, with_a_wrong_time_or_an_id_twice_is_refused) {
  const std::string token = R"({"id": "0123456789abcdef", "name": "a", "roles": [], "salt": ")" + std::string(32, '0') +
                            R"(", "hash": ")" + std::string(64, '0') + R"(", "created": "2026-02-30T00:00:00Z"})";
  write(R"({"tokens": [)" + token + "," + token + "]}");
  EXPECT_THAT(faults(), HasSubstr("/tokens/0/created: must be a time"));
  EXPECT_THAT(faults(), HasSubstr("/tokens/1/id: another token has this id too"));
}

TEST_F(a_token_file, that_is_wrong_is_not_written_over) {
  write("{}");
  EXPECT_EQ(add(make_api_token("a", {}, now, std::nullopt).kept).error().code, errc::invalid);
  EXPECT_EQ(text(), "{}");
}

}  // namespace
}  // namespace weir::auth
