#include "auth/audit_log.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temporary_directory.hpp"

namespace weir::auth {
namespace {

class audit_log_test : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<audit_log> open() const {
    auto opened = audit_log::open(file);
    if (!opened) throw std::runtime_error(opened.error().detail);
    return std::move(*opened);
  }
  /// After the log has ended: each line as JSON.
  [[nodiscard]] std::vector<nlohmann::ordered_json> lines() const {
    std::vector<nlohmann::ordered_json> all;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) all.push_back(nlohmann::ordered_json::parse(line));
    return all;
  }

  weir::testing::temporary_directory directory;
  const std::filesystem::path file = directory.path() / "audit.log";
};

TEST_F(audit_log_test, writes_all_members_in_their_order) {
  const caller web{"web", {"support", "reader"}, caller::credential::api_token};
  open()->write({.who = &web,
                 .address = "192.0.2.1:40000",
                 .action = "POST /commands",
                 .subject = "createUser user-u1",
                 .outcome = "refused",
                 .status = 409,
                 .detail = "why",
                 .trace = "0af7651916cd43dd8448eb211c80319c"});
  auto all = lines();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].begin().key(), "time");
  all[0].erase("time");
  EXPECT_EQ(all[0].dump(),
            R"({"caller":"web","roles":["support","reader"],"authenticatedBy":"apiToken","address":"192.0.2.1:40000",)"
            R"("action":"POST /commands","subject":"createUser user-u1","outcome":"refused","status":409,)"
            R"("detail":"why","trace":"0af7651916cd43dd8448eb211c80319c"})");
}

TEST_F(audit_log_test, leaves_out_what_there_is_not_and_keeps_an_empty_list_of_roles) {
  const caller nobody, web{"web", {}, caller::credential::access_token};
  open()->write({.who = &nobody, .action = "reload", .outcome = "done"});
  open()->write({.who = &web, .action = "reload", .outcome = "done"});
  auto all = lines();
  ASSERT_EQ(all.size(), 2u);
  all[0].erase("time");
  EXPECT_EQ(all[0].dump(), R"({"action":"reload","outcome":"done"})");
  EXPECT_EQ(all[1]["roles"].dump(), "[]");
}

TEST_F(audit_log_test, keeps_a_line_whole_whatever_a_client_sends) {
  const std::string long_one(10'000, 'x');
  for (const std::string& text :
       {std::string("a\nb\"c\\d\x01\x7f"), std::string("\xff\xfe{}"), std::string("\0", 1), long_one}) {
    open()->write({.action = text, .subject = text, .outcome = "done", .detail = text});
  }
  const auto all = lines();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0]["action"], "a\nb\"c\\d\x01\x7f");
  EXPECT_EQ(all[1]["subject"], "\ufffd\ufffd{}");
  EXPECT_EQ(all[2]["detail"], std::string("\0", 1));
  EXPECT_EQ(all[3]["action"], std::string(256, 'x'));
}

TEST_F(audit_log_test, has_every_line_of_many_threads_after_its_end) {
  constexpr int threads = 4, each = 5000;
  {
    const auto log = open();
    std::vector<std::thread> writers;
    for (int writer = 0; writer < threads; ++writer) {
      writers.emplace_back([&log, writer] {
        for (int n = 0; n < each; ++n) {
          log->write({.action = std::to_string(writer), .outcome = "done", .status = n + 1});
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(log->lines(), threads * each);
    EXPECT_EQ(log->dropped(), 0u);
  }
  std::map<std::string, int> last;
  for (const auto& line : lines()) EXPECT_EQ(line["status"], ++last[line["action"]]);  // and each one's in order
  EXPECT_EQ(last.size(), threads);
  for (const auto& [writer, count] : last) EXPECT_EQ(count, each) << writer;
}

TEST_F(audit_log_test, counts_what_does_not_fit_into_memory) {
  std::uint64_t dropped = 0, written = 0;
  {
    const auto log = audit_log::open(file, 1000).value();
    while (log->dropped() == 0 && log->lines() < 100'000) log->write({.action = "reload", .outcome = "done"});
    dropped = log->dropped(), written = log->lines();
  }
  EXPECT_GT(dropped, 0u);
  EXPECT_EQ(lines().size(), written - dropped);
}

TEST_F(audit_log_test, limits_refusals_of_strangers_and_says_how_many_were_left_out) {
  std::uint64_t left_out = 0;
  {
    const auto log = open();
    for (int n = 0; n < 100; ++n) log->write_limited({.action = "GET /users/{id}", .outcome = "unauthenticated"});
    left_out = log->left_out();
  }
  EXPECT_GE(left_out, 80u);  // the hundred may lie in two seconds
  const auto all = lines();
  std::uint64_t told = 0;
  for (const auto& line : all) {
    if (line["action"] == "limit") told += std::stoull(line["detail"].get<std::string>());
  }
  EXPECT_EQ(told, left_out);
}

TEST_F(audit_log_test, starts_a_new_file_after_64_mebibytes_and_keeps_the_old_one) {
  std::ofstream(file) << std::string((64u << 20) - 10, 'x') << '\n';
  open()->write({.action = "POST /commands", .outcome = "done"});
  EXPECT_EQ(lines().size(), 1u);
  EXPECT_EQ(std::filesystem::file_size(directory.path() / "audit.1.log"), (64u << 20) - 9);
}

}  // namespace
}  // namespace weir::auth
