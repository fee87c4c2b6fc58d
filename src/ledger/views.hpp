#pragma once

#include <string>
#include <string_view>

#include "ledger/events_types.h"
#include "ledger/queries_types.h"
#include "weir/domain.hpp"

/// What can be read of the ledger. A projection's version goes up whenever its rows come to mean something else.
namespace weir::ledger {

/// Every account as it is now, by id. A transfer reads here what its other account is like.
struct accounts_view {
  using row = Account;
  static constexpr std::string_view name = "accounts";
  static constexpr int version = 1;

  static void on(const AccountOpenedEvent& event, const recording& recorded, rows<accounts_view>& accounts);
  static void on(const MoneyDepositedEvent& event, const recording& recorded, rows<accounts_view>& accounts);
  static void on(const MoneyWithdrawnEvent& event, const recording& recorded, rows<accounts_view>& accounts);
  static void on(const MoneySentEvent& event, const recording& recorded, rows<accounts_view>& accounts);
  static void on(const MoneyReceivedEvent& event, const recording& recorded, rows<accounts_view>& accounts);
  static void on(const AccountClosedEvent& event, const recording& recorded, rows<accounts_view>& accounts);
};

/// One entry for each event of an account, by entry_key(): a page of a statement is one scan.
struct statements_view {
  using row = StatementEntry;
  static constexpr std::string_view name = "statements";
  static constexpr int version = 1;

  static void on(const AccountOpenedEvent& event, const recording& recorded, rows<statements_view>& entries);
  static void on(const MoneyDepositedEvent& event, const recording& recorded, rows<statements_view>& entries);
  static void on(const MoneyWithdrawnEvent& event, const recording& recorded, rows<statements_view>& entries);
  static void on(const MoneySentEvent& event, const recording& recorded, rows<statements_view>& entries);
  static void on(const MoneyReceivedEvent& event, const recording& recorded, rows<statements_view>& entries);
  static void on(const AccountClosedEvent& event, const recording& recorded, rows<statements_view>& entries);
};

/// What the ledger did, by month (2026-11, UTC).
struct months_view {
  using row = LedgerMonth;
  static constexpr std::string_view name = "ledger-months";
  static constexpr int version = 1;
  static constexpr bool async = true;

  static void on(const AccountOpenedEvent& event, const recording& recorded, rows<months_view>& months);
  static void on(const MoneyDepositedEvent& event, const recording& recorded, rows<months_view>& months);
  static void on(const MoneyWithdrawnEvent& event, const recording& recorded, rows<months_view>& months);
  static void on(const MoneySentEvent& event, const recording& recorded, rows<months_view>& months);
  static void on(const AccountClosedEvent& event, const recording& recorded, rows<months_view>& months);
};

/// What the keys of all entries of an account begin with. No id holds the 0x00 at its end.
[[nodiscard]] std::string entries_of(const AccountId& account);

/// An entry's key: the account's entries stand together, in the order of their sequence.
[[nodiscard]] std::string entry_key(const AccountId& account, sequence at);

}  // namespace weir::ledger
