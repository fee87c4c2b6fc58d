#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ledger/domain.hpp"
#include "ledger/money.hpp"
#include "ledger/sentences.hpp"
#include "testing/scenario.hpp"

namespace weir {
namespace {

using namespace testing::sentences;
using ledger::balance_max;

/// Commands by chance over a few accounts, beside a bookkeeping of our own that says what has to come of each.
class money : public ::testing::Test, public testing::scenario {
 protected:
  money() : scenario(ledger::ledger()) {}

  struct book {
    std::int64_t balance = 0;
    bool open = true;
    int entries = 1;
  };

  [[nodiscard]] std::string why_not(const std::string& id) const {
    const auto found = books.find(id);
    if (found == books.end()) return not_found(id);
    return found->second.open ? "" : is_closed(id);
  }
  [[nodiscard]] std::string why_not_out_of(const std::string& id, std::int64_t cents) const {
    return cents > books.at(id).balance ? insufficient(id, books.at(id).balance, cents) : "";
  }
  [[nodiscard]] std::string why_not_into(const std::string& id, std::int64_t cents) const {
    return cents > balance_max - books.at(id).balance ? too_large(id, cents) : "";
  }

  void move(const std::string& id, std::int64_t cents) {
    books[id].balance += cents;
    ++books[id].entries;
  }

  void open_one(const std::string& id) {
    if (books.contains(id)) {
      when(open(id)).then_refused(exists_already(id));
    } else {
      when(open(id)).then({opened(id)});
      books[id] = {};
    }
  }

  void deposit_some(const std::string& id, std::int64_t cents) {
    std::string why = why_not(id);
    if (why.empty()) why = why_not_into(id, cents);
    when(deposit(id, cents));
    if (!why.empty()) {
      then_refused(why);
      return;
    }
    then({deposited(id, cents)});
    move(id, cents);
    inside += cents;
  }

  void withdraw_some(const std::string& id, std::int64_t cents) {
    std::string why = why_not(id);
    if (why.empty()) why = why_not_out_of(id, cents);
    when(withdraw(id, cents));
    if (!why.empty()) {
      then_refused(why);
      return;
    }
    then({withdrawn(id, cents)});
    move(id, -cents);
    inside -= cents;
  }

  void transfer_some(const std::string& from, const std::string& to, std::int64_t cents) {
    std::string why = from == to ? same_account(from) : why_not(from);
    if (why.empty()) why = why_not(to);
    if (why.empty()) why = why_not_out_of(from, cents);
    if (why.empty()) why = why_not_into(to, cents);
    when(transfer(from, to, cents));
    if (!why.empty()) {
      then_refused(why);
      return;
    }
    then({sent(from, to, cents), received(to, from, cents)});
    move(from, -cents);
    move(to, cents);
  }

  void close_one(const std::string& id) {
    std::string why = why_not(id);
    if (why.empty() && books.at(id).balance != 0) why = not_zero(id, books.at(id).balance);
    when(close(id));
    if (!why.empty()) {
      then_refused(why);
      return;
    }
    then({closed(id)});
    move(id, 0);
    books[id].open = false;
  }

  /// Every account, and every line of its statement, says what the books say; and together they hold what came in.
  void check() {
    __extension__ __int128 held = 0;
    for (const auto& [id, kept] : books) {
      const auto account = nlohmann::json::parse(ask("getAccount", R"({"accountId":")" + id + "\"}"));
      EXPECT_EQ(account["balance"], kept.balance);
      EXPECT_EQ(account["status"], kept.open ? "OPEN" : "CLOSED");
      EXPECT_EQ(account["sequence"], kept.entries);
      EXPECT_EQ(check_statement(id), kept.balance);
      held += kept.balance;
    }
    EXPECT_TRUE(held == inside);
  }

  /// The balance of the last line.
  std::int64_t check_statement(const std::string& id) {
    std::int64_t balance = 0;
    int lines = 0;
    nlohmann::json page = {{"next", 1}};
    while (page.contains("next")) {
      page = nlohmann::json::parse(
          ask("getStatement", R"({"accountId":")" + id + R"(","limit":100,"from":)" + page["next"].dump() + "}"));
      for (const auto& line : page["entries"]) {
        balance += line["amount"].get<std::int64_t>();
        EXPECT_EQ(line["sequence"], ++lines);
        EXPECT_EQ(line["balance"], balance);
        EXPECT_GE(balance, 0);
        EXPECT_LE(balance, balance_max);
      }
    }
    EXPECT_EQ(lines, books.at(id).entries);
    return balance;
  }

  std::map<std::string, book> books;
  __extension__ __int128 inside = 0;  ///< what came into the ledger and did not leave it
};

TEST_F(money, is_neither_made_nor_lost_by_any_commands) {
  const char* given_seed = std::getenv("WEIR_TEST_SEED");
  const auto seed =
      given_seed ? static_cast<std::uint32_t>(std::strtoul(given_seed, nullptr, 10)) : std::random_device{}();
  SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(seed));
  std::mt19937 chance(seed);
  const auto below = [&](std::int64_t n) { return std::uniform_int_distribution<std::int64_t>(0, n - 1)(chance); };
  const std::array<std::string, 6> ids = {"a", "b", "c", "a.b", "a-b", "nobody"};
  const auto account = [&] { return ids[static_cast<std::size_t>(below(ids.size()))]; };
  const auto opened_account = [&] { return ids[static_cast<std::size_t>(below(ids.size() - 1))]; };
  // Mostly small change, now and then as much as fits or one cent more than that.
  const auto cents = [&] { return below(20) == 0 ? balance_max - below(3) : 1 + below(1'000); };

  for (int step = 1; step <= 5'000 && !HasFailure(); ++step) {
    switch (below(20)) {
      case 0:
        open_one(opened_account());
        break;
      case 1: {
        const std::string id = account();
        if (below(60) == 0 && books.contains(id)) withdraw_some(id, std::max<std::int64_t>(books[id].balance, 1));
        close_one(id);
        break;
      }
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
        deposit_some(account(), cents());
        break;
      case 7:
      case 8:
      case 9:
      case 10:
        withdraw_some(account(), cents());
        break;
      default:
        transfer_some(account(), account(), cents());
    }
    if (step % 500 == 0) check();
  }
  check();
}

}  // namespace
}  // namespace weir
