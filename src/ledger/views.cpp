#include "ledger/views.hpp"

#include "base/bytes.hpp"
#include "ledger/money.hpp"

namespace weir::ledger {
namespace {

template <class Change>
void change_account(rows<accounts_view>& accounts, const AccountId& id, const recording& recorded, Change change) {
  accounts.change(id, [&](Account& account) {
    change(account);
    account.updatedAt = recorded.at.time_since_epoch().count();
    account.sequence = static_cast<std::int64_t>(recorded.sequence.value);
  });
}

void change_balance(rows<accounts_view>& accounts, const AccountId& id, const recording& recorded, Amount by) {
  change_account(accounts, id, recorded, [by](Account& account) { account.balance += by; });
}

/// The balance of an entry is that of the entry before, and what it changed.
void add_entry(rows<statements_view>& entries, const AccountId& id, const recording& recorded, EntryKind::type kind,
               Amount amount, const AccountId& counterparty = {}) {
  const auto before = entries.get(entry_key(id, {recorded.sequence.value - 1}));
  StatementEntry entry;
  entry.sequence = static_cast<std::int64_t>(recorded.sequence.value);
  entry.recordedAt = recorded.at.time_since_epoch().count();
  entry.kind = kind;
  entry.amount = amount;
  entry.balance = (before ? before->balance : 0) + amount;
  if (!counterparty.empty()) entry.__set_counterparty(counterparty);
  entries.put(entry_key(id, recorded.sequence), entry);
}

template <class Change>
void change_month(rows<months_view>& months, const recording& recorded, Change change) {
  const std::string month = to_day(recorded.at).substr(0, std::string_view("2026-11").size());
  months.change(month, [&](LedgerMonth& row) {
    row.month = month;
    change(row);
  });
}

}  // namespace

void accounts_view::on(const AccountOpenedEvent& event, const recording& recorded, rows<accounts_view>& accounts) {
  change_account(accounts, event.accountId, recorded, [&](Account& account) {
    account.accountId = event.accountId;
    account.owner = event.owner;
    account.status = AccountStatus::OPEN;
    account.openedAt = recorded.at.time_since_epoch().count();
  });
}

void accounts_view::on(const MoneyDepositedEvent& event, const recording& recorded, rows<accounts_view>& accounts) {
  change_balance(accounts, event.accountId, recorded, event.amount);
}

void accounts_view::on(const MoneyWithdrawnEvent& event, const recording& recorded, rows<accounts_view>& accounts) {
  change_balance(accounts, event.accountId, recorded, -event.amount);
}

void accounts_view::on(const MoneySentEvent& event, const recording& recorded, rows<accounts_view>& accounts) {
  change_balance(accounts, event.accountId, recorded, -event.amount);
}

void accounts_view::on(const MoneyReceivedEvent& event, const recording& recorded, rows<accounts_view>& accounts) {
  change_balance(accounts, event.accountId, recorded, event.amount);
}

void accounts_view::on(const AccountClosedEvent& event, const recording& recorded, rows<accounts_view>& accounts) {
  change_account(accounts, event.accountId, recorded, [](Account& account) { account.status = AccountStatus::CLOSED; });
}

void statements_view::on(const AccountOpenedEvent& event, const recording& recorded, rows<statements_view>& entries) {
  add_entry(entries, event.accountId, recorded, EntryKind::OPENED, 0);
}

void statements_view::on(const MoneyDepositedEvent& event, const recording& recorded, rows<statements_view>& entries) {
  add_entry(entries, event.accountId, recorded, EntryKind::DEPOSITED, event.amount);
}

void statements_view::on(const MoneyWithdrawnEvent& event, const recording& recorded, rows<statements_view>& entries) {
  add_entry(entries, event.accountId, recorded, EntryKind::WITHDRAWN, -event.amount);
}

void statements_view::on(const MoneySentEvent& event, const recording& recorded, rows<statements_view>& entries) {
  add_entry(entries, event.accountId, recorded, EntryKind::SENT, -event.amount, event.toAccountId);
}

void statements_view::on(const MoneyReceivedEvent& event, const recording& recorded, rows<statements_view>& entries) {
  add_entry(entries, event.accountId, recorded, EntryKind::RECEIVED, event.amount, event.fromAccountId);
}

void statements_view::on(const AccountClosedEvent& event, const recording& recorded, rows<statements_view>& entries) {
  add_entry(entries, event.accountId, recorded, EntryKind::CLOSED, 0);
}

void months_view::on(const AccountOpenedEvent&, const recording& recorded, rows<months_view>& months) {
  change_month(months, recorded, [](LedgerMonth& month) { ++month.opened; });
}

void months_view::on(const MoneyDepositedEvent& event, const recording& recorded, rows<months_view>& months) {
  change_month(months, recorded,
               [&](LedgerMonth& month) { month.deposited = add_turnover(month.deposited, event.amount); });
}

void months_view::on(const MoneyWithdrawnEvent& event, const recording& recorded, rows<months_view>& months) {
  change_month(months, recorded,
               [&](LedgerMonth& month) { month.withdrawn = add_turnover(month.withdrawn, event.amount); });
}

void months_view::on(const MoneySentEvent& event, const recording& recorded, rows<months_view>& months) {
  change_month(months, recorded,
               [&](LedgerMonth& month) { month.transferred = add_turnover(month.transferred, event.amount); });
}

void months_view::on(const AccountClosedEvent&, const recording& recorded, rows<months_view>& months) {
  change_month(months, recorded, [](LedgerMonth& month) { ++month.closed; });
}

std::string entries_of(const AccountId& account) { return account + '\0'; }

std::string entry_key(const AccountId& account, sequence at) {
  std::string key = entries_of(account);
  append_big_endian(key, at.value);
  return key;
}

}  // namespace weir::ledger
