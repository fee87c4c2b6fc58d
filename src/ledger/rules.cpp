#include "ledger/rules.hpp"

#include "ledger/money.hpp"
#include "ledger/views.hpp"

namespace weir::ledger {
namespace {

bool exists(const AccountState& account) { return account.__isset.status; }

template <class Refusal>
refusal refuse_account(const AccountId& id) {
  Refusal why;
  why.accountId = id;
  return refuse(why);
}

/// Why no money can move in or out of an account; nothing if it can.
std::optional<refusal> refuse_unless_open(std::optional<AccountStatus::type> status, const AccountId& id) {
  if (!status) return refuse_account<AccountNotFound>(id);
  if (*status != AccountStatus::OPEN) return refuse_account<AccountClosed>(id);
  return std::nullopt;
}

std::optional<refusal> refuse_unless_open(const AccountState& account, const AccountId& id) {
  return refuse_unless_open(exists(account) ? std::optional(account.status) : std::nullopt, id);
}

std::optional<refusal> refuse_unless_it_has(Balance balance, Amount amount, const AccountId& id) {
  if (amount <= balance) return std::nullopt;
  InsufficientFunds why;
  why.accountId = id;
  why.balance = balance;
  why.amount = amount;
  return refuse(why);
}

std::optional<refusal> refuse_unless_it_takes(Balance balance, Amount amount, const AccountId& id) {
  if (amount <= balance_max - balance) return std::nullopt;
  BalanceTooLarge why;
  why.accountId = id;
  why.amount = amount;
  return refuse(why);
}

std::string stream_of(const AccountId& id) { return "account-" + id; }

}  // namespace

decision decide(const AccountState& account, const OpenAccountCommand& command, const decide_context&) {
  if (exists(account)) return refuse_account<AccountAlreadyExists>(command.accountId);
  AccountOpenedEvent event;
  event.accountId = command.accountId;
  event.owner = command.owner;
  return happens(std::move(event));
}

decision decide(const AccountState& account, const DepositCommand& command, const decide_context&) {
  if (auto why = refuse_unless_open(account, command.accountId)) return *why;
  if (auto why = refuse_unless_it_takes(account.balance, command.amount, command.accountId)) return *why;
  MoneyDepositedEvent event;
  event.accountId = command.accountId;
  event.amount = command.amount;
  return happens(std::move(event));
}

decision decide(const AccountState& account, const WithdrawCommand& command, const decide_context&) {
  if (auto why = refuse_unless_open(account, command.accountId)) return *why;
  if (auto why = refuse_unless_it_has(account.balance, command.amount, command.accountId)) return *why;
  MoneyWithdrawnEvent event;
  event.accountId = command.accountId;
  event.amount = command.amount;
  return happens(std::move(event));
}

/// The account the money is for is another stream's, so it is read where accounts are shown: that view is exactly up to
/// date.
decision decide(const AccountState& from, const TransferCommand& command, const decide_context& context) {
  if (command.fromAccountId == command.toAccountId) return refuse_account<SameAccount>(command.fromAccountId);
  const auto to = context.views.get<accounts_view>(command.toAccountId);
  if (auto why = refuse_unless_open(from, command.fromAccountId)) return *why;
  if (auto why = refuse_unless_open(to ? std::optional(to->status) : std::nullopt, command.toAccountId)) return *why;
  if (auto why = refuse_unless_it_has(from.balance, command.amount, command.fromAccountId)) return *why;
  if (auto why = refuse_unless_it_takes(to->balance, command.amount, command.toAccountId)) return *why;
  MoneySentEvent sent;
  sent.accountId = command.fromAccountId;
  sent.toAccountId = command.toAccountId;
  sent.amount = command.amount;
  MoneyReceivedEvent received;
  received.accountId = command.toAccountId;
  received.fromAccountId = command.fromAccountId;
  received.amount = command.amount;
  return happens(std::move(sent)).then_in(stream_of(command.toAccountId), std::move(received));
}

decision decide(const AccountState& account, const CloseAccountCommand& command, const decide_context&) {
  if (auto why = refuse_unless_open(account, command.accountId)) return *why;
  if (account.balance != 0) {
    BalanceNotZero why;
    why.accountId = command.accountId;
    why.balance = account.balance;
    return refuse(why);
  }
  AccountClosedEvent event;
  event.accountId = command.accountId;
  return happens(std::move(event));
}

void evolve(AccountState& account, const AccountOpenedEvent&) { account.__set_status(AccountStatus::OPEN); }

void evolve(AccountState& account, const MoneyDepositedEvent& event) { account.balance += event.amount; }

void evolve(AccountState& account, const MoneyWithdrawnEvent& event) { account.balance -= event.amount; }

void evolve(AccountState& account, const MoneySentEvent& event) { account.balance -= event.amount; }

void evolve(AccountState& account, const MoneyReceivedEvent& event) { account.balance += event.amount; }

void evolve(AccountState& account, const AccountClosedEvent&) { account.__set_status(AccountStatus::CLOSED); }

}  // namespace weir::ledger
