include "types.thrift"

namespace * weir.ledger
namespace py weir.ledger.events

// What an account holds is in none of them: it is what they come to.

/** An account was opened, and holds nothing. */
struct AccountOpenedEvent {
  1: required types.AccountId accountId
  2: required types.OwnerName owner
}

/** Money came into an account from outside of the ledger. */
struct MoneyDepositedEvent {
  1: required types.AccountId accountId
  2: required types.Amount amount
}

/** Money left an account and the ledger. */
struct MoneyWithdrawnEvent {
  1: required types.AccountId accountId
  2: required types.Amount amount
}

/** Money left an account for another one. The same commit holds its `moneyReceived`. */
struct MoneySentEvent {
  1: required types.AccountId accountId
  2: required types.AccountId toAccountId
  3: required types.Amount amount
}

/** Money came into an account from another one. The same commit holds its `moneySent`. */
struct MoneyReceivedEvent {
  1: required types.AccountId accountId
  2: required types.AccountId fromAccountId
  3: required types.Amount amount
}

/** An account that held nothing was closed. */
struct AccountClosedEvent {
  1: required types.AccountId accountId
}

/** Everything that happens in the ledger: exactly one member is set. */
union Event {
  1: AccountOpenedEvent accountOpened
  2: MoneyDepositedEvent moneyDeposited
  3: MoneyWithdrawnEvent moneyWithdrawn
  4: MoneySentEvent moneySent
  5: MoneyReceivedEvent moneyReceived
  6: AccountClosedEvent accountClosed
}
