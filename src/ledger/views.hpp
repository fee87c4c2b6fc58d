#pragma once

#include <string>
#include <string_view>

#include "ledger/events_types.h"
#include "ledger/queries_types.h"
#include "weir/domain.hpp"

/// What can be read of the ledger. Raise a projection's version whenever its rows get another meaning.
namespace weir::ledger {

/// Every account as it is now, by id. A transfer reads its other account here.
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

/// The ledger's totals by month (2026-11, UTC).
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

/// The common prefix of the keys of an account's entries. It ends with 0x00, which no id holds.
[[nodiscard]] std::string entries_of(const AccountId& account);

/// An entry's key: it sorts the entries by account, then by sequence.
[[nodiscard]] std::string entry_key(const AccountId& account, sequence at);

}  // namespace weir::ledger
