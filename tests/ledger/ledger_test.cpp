#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "ledger/domain.hpp"
#include "ledger/money.hpp"
#include "ledger/sentences.hpp"
#include "testing/scenario.hpp"

namespace weir {
namespace {

using namespace testing::sentences;
using ledger::balance_max;

class account : public ::testing::Test, public testing::scenario {
 protected:
  account() : scenario(ledger::ledger()) {}
};

TEST_F(account, is_opened) { when(open("a")).then({opened("a")}); }

TEST_F(account, is_opened_once) { given(opened("a")).when(open("a")).then_refused(exists_already("a")); }

TEST_F(account, closed_stays_existing) {
  given(opened("a")).given(closed("a")).when(open("a")).then_refused(exists_already("a"));
}

TEST_F(account, takes_a_deposit) { given(opened("a")).when(deposit("a", 100)).then({deposited("a", 100)}); }

TEST_F(account, taking_a_deposit_must_exist) { when(deposit("a", 100)).then_refused(not_found("a")); }

TEST_F(account, taking_a_deposit_must_be_open) {
  given(opened("a")).given(closed("a")).when(deposit("a", 1)).then_refused(is_closed("a"));
}

TEST_F(account, holds_as_much_as_json_can_say) {
  given(opened("a")).when(deposit("a", balance_max)).then({deposited("a", balance_max)});
  when(deposit("a", 1)).then_refused(too_large("a", 1));
  when(withdraw("a", balance_max)).then({withdrawn("a", balance_max)});
}

TEST_F(account, gives_what_it_has) {
  given(opened("a")).given(deposited("a", 100)).when(withdraw("a", 100)).then({withdrawn("a", 100)});
}

TEST_F(account, gives_no_more_than_it_has) {
  given(opened("a")).given(deposited("a", 100)).when(withdraw("a", 101)).then_refused(insufficient("a", 100, 101));
}

TEST_F(account, gives_nothing_before_it_is_opened) { when(withdraw("a", 1)).then_refused(not_found("a")); }

TEST_F(account, gives_nothing_after_it_is_closed) {
  given(opened("a")).given(closed("a")).when(withdraw("a", 1)).then_refused(is_closed("a"));
}

TEST_F(account, is_closed_when_it_holds_nothing) {
  given(opened("a")).given(deposited("a", 5)).given(withdrawn("a", 5)).when(close("a")).then({closed("a")});
}

TEST_F(account, is_not_closed_while_it_holds_something) {
  given(opened("a")).given(deposited("a", 5)).when(close("a")).then_refused(not_zero("a", 5));
}

TEST_F(account, is_closed_once) { given(opened("a")).given(closed("a")).when(close("a")).then_refused(is_closed("a")); }

TEST_F(account, closed_must_exist) { when(close("a")).then_refused(not_found("a")); }

TEST_F(account, is_shown_as_it_is_now) {
  given(opened("a")).given(deposited("a", 100)).given(withdrawn("a", 30));
  EXPECT_EQ(ask("getAccount", R"({"accountId":"a"})"),
            R"({"accountId":"a","owner":"Ada","balance":70,"status":"OPEN",)"
            R"("openedAt":"2026-11-23T03:20:00.000000Z","updatedAt":"2026-11-23T03:20:02.000000Z","sequence":3})");
}

TEST_F(account, is_shown_when_it_is_closed) {
  given(opened("a")).given(closed("a"));
  EXPECT_THAT(ask("getAccount", R"({"accountId":"a"})"), ::testing::HasSubstr(R"("status":"CLOSED")"));
}

TEST_F(account, is_not_found_before_it_is_opened) {
  EXPECT_EQ(ask("getAccount", R"({"accountId":"a"})"), not_found("a"));
}

class a_transfer : public account {
 protected:
  a_transfer() { given(opened("a")).given(opened("b")).given(deposited("a", 100)); }
};

TEST_F(a_transfer, changes_both_accounts) {
  when(transfer("a", "b", 60)).then({sent("a", "b", 60), received("b", "a", 60)});
  EXPECT_THAT(ask("getAccount", R"({"accountId":"a"})"), ::testing::HasSubstr(R"("balance":40)"));
  EXPECT_THAT(ask("getAccount", R"({"accountId":"b"})"), ::testing::HasSubstr(R"("balance":60)"));
}

TEST_F(a_transfer, may_go_back) {
  when(transfer("a", "b", 100)).when(transfer("b", "a", 100)).then({sent("b", "a", 100), received("a", "b", 100)});
}

TEST_F(a_transfer, moves_no_more_than_there_is) {
  when(transfer("a", "b", 101)).then_refused(insufficient("a", 100, 101));
  when(transfer("b", "a", 1)).then_refused(insufficient("b", 0, 1));
}

TEST_F(a_transfer, is_between_two_accounts) { when(transfer("a", "a", 1)).then_refused(same_account("a")); }

TEST_F(a_transfer, is_between_accounts_that_exist) {
  when(transfer("a", "c", 1)).then_refused(not_found("c"));
  when(transfer("c", "a", 1)).then_refused(not_found("c"));
}

TEST_F(a_transfer, is_between_open_accounts) {
  given(opened("c")).given(closed("c"));
  when(transfer("a", "c", 1)).then_refused(is_closed("c"));
  when(transfer("c", "a", 1)).then_refused(is_closed("c"));
}

TEST_F(a_transfer, brings_no_more_than_json_can_say) {
  given(deposited("b", balance_max - 10));
  when(transfer("a", "b", 11)).then_refused(too_large("b", 11));
  when(transfer("a", "b", 10)).then({sent("a", "b", 10), received("b", "a", 10)});
}

class accounts_list : public account {
 protected:
  accounts_list() {
    for (const auto* id : {"a", "b", "c", "d", "e"}) given(opened(id));
    given(closed("b"));
  }
  std::string ids(const std::string& query) {
    const auto json = nlohmann::json::parse(ask("listAccounts", query));
    std::string found;
    for (const auto& one : json["accounts"]) found += one["accountId"].get<std::string>();
    if (json.contains("next")) found += "|" + json["next"].get<std::string>();
    return found;
  }
};

TEST_F(accounts_list, is_ordered_by_id_and_ends_without_next) { EXPECT_EQ(ids("{}"), "abcde"); }

TEST_F(accounts_list, goes_on_where_the_page_before_ended) {
  EXPECT_EQ(ids(R"({"limit":2})"), "ab|b");
  EXPECT_EQ(ids(R"({"limit":2,"cursor":"b"})"), "cd|d");
  EXPECT_EQ(ids(R"({"limit":2,"cursor":"d"})"), "e");
}

TEST_F(accounts_list, filters_by_status) {
  EXPECT_EQ(ids(R"({"status":"CLOSED"})"), "b");
  EXPECT_EQ(ids(R"({"status":"OPEN","limit":2})"), "ac|c");
}

TEST_F(accounts_list, looks_at_a_bounded_number_of_rows) {
  for (std::size_t i = 0; i < limits::scanned_rows_max; ++i) given(opened("x" + std::to_string(1'000'000 + i)));
  given(opened("y")).given(closed("y"));
  const std::string page = ids(R"({"status":"CLOSED","cursor":"b"})");
  EXPECT_TRUE(page.starts_with("|x")) << page;
  EXPECT_EQ(ids(R"({"status":"CLOSED","cursor":")" + page.substr(1) + R"("})"), "y");
}

class a_statement : public account {
 protected:
  /// `sequence kind amount=balance` of each entry, then `|next`.
  std::string entries(const std::string& query) {
    const auto json = nlohmann::json::parse(ask("getStatement", query));
    std::string found;
    for (const auto& one : json["entries"]) {
      found += one["sequence"].dump() + " " + one["kind"].get<std::string>() + " " + one["amount"].dump() + "=" +
               one["balance"].dump() + "; ";
    }
    if (json.contains("next")) found += "|" + json["next"].dump();
    return found;
  }
};

TEST_F(a_statement, tells_all_that_happened_to_the_account) {
  given(opened("a")).given(opened("b"));
  when(deposit("a", 100)).when(transfer("a", "b", 60)).when(transfer("b", "a", 5)).when(withdraw("a", 45));
  when(close("a"));
  EXPECT_EQ(entries(R"({"accountId":"a"})"),
            "1 OPENED 0=0; 2 DEPOSITED 100=100; 3 SENT -60=40; 4 RECEIVED 5=45; 5 WITHDRAWN -45=0; 6 CLOSED 0=0; ");
  EXPECT_EQ(entries(R"({"accountId":"b"})"), "1 OPENED 0=0; 2 RECEIVED 60=60; 3 SENT -5=55; ");
}

TEST_F(a_statement, names_the_other_account_and_the_time) {
  given(opened("a")).given(opened("b")).given(deposited("a", 9)).when(transfer("a", "b", 9));
  EXPECT_EQ(ask("getStatement", R"({"accountId":"b","from":2})"),
            R"({"accountId":"b","entries":[{"sequence":2,"recordedAt":"2026-11-23T03:20:04.000000Z","kind":"RECEIVED",)"
            R"("amount":9,"balance":9,"counterparty":"a"}]})");
}

TEST_F(a_statement, is_read_page_by_page) {
  given(opened("a")).given(opened("a.")).given(opened("b"));
  for (int i = 0; i < 4; ++i) given(deposited("a", 1)).given(deposited("b", 1));
  EXPECT_EQ(entries(R"({"accountId":"a","limit":2})"), "1 OPENED 0=0; 2 DEPOSITED 1=1; |3");
  EXPECT_EQ(entries(R"({"accountId":"a","from":3,"limit":2})"), "3 DEPOSITED 1=2; 4 DEPOSITED 1=3; |5");
  EXPECT_EQ(entries(R"({"accountId":"a","from":5,"limit":2})"), "5 DEPOSITED 1=4; ");
  EXPECT_EQ(entries(R"({"accountId":"a","from":6})"), "");
}

TEST_F(a_statement, of_more_than_a_byte_of_entries_stays_in_order) {
  given(opened("a"));
  for (int i = 0; i < 300; ++i) given(deposited("a", 1));
  EXPECT_EQ(entries(R"({"accountId":"a","from":255,"limit":3})"),
            "255 DEPOSITED 1=254; 256 DEPOSITED 1=255; 257 DEPOSITED 1=256; |258");
}

TEST_F(a_statement, is_of_an_account_that_exists) {
  EXPECT_EQ(ask("getStatement", R"({"accountId":"a"})"), not_found("a"));
}

TEST_F(account, months_are_counted) {
  at("2026-01-31T23:59:57Z").given(opened("a")).given(deposited("a", 100)).given(opened("b"));
  when(transfer("a", "b", 30));
  when(withdraw("b", 30)).when(close("b"));
  at("2026-04-01T00:00:00Z").given(deposited("a", 1));
  EXPECT_EQ(ask("getMonthlyReport", R"({"from":"2026-01","to":"2026-03"})"),
            R"({"months":[{"month":"2026-01","opened":2,"closed":0,"deposited":100,"withdrawn":0,"transferred":0},)"
            R"({"month":"2026-02","opened":0,"closed":1,"deposited":0,"withdrawn":30,"transferred":30}]})");
}

TEST_F(account, turnover_beyond_what_json_can_say_stays_there) {
  given(opened("a"));
  for (int i = 0; i < 3; ++i) when(deposit("a", balance_max)).when(withdraw("a", balance_max));
  EXPECT_THAT(ask("getMonthlyReport", R"({"from":"2026-11","to":"2026-11"})"),
              ::testing::HasSubstr(R"("deposited":9007199254740991,"withdrawn":9007199254740991)"));
}

}  // namespace
}  // namespace weir
