include "types.thrift"

namespace * weir.ledger
namespace py weir.ledger.commands

/**
 * Opens an account that holds nothing.
 * @stream account-{accountId}
 * @throws AccountAlreadyExists
 */
struct OpenAccountCommand {
  /** Chosen by the caller, once and for ever. */
  1: required types.AccountId accountId
  2: required types.OwnerName owner
}

/**
 * Brings money into an account.
 * @stream account-{accountId}
 * @throws AccountNotFound
 * @throws AccountClosed
 * @throws BalanceTooLarge
 */
struct DepositCommand {
  1: required types.AccountId accountId
  2: required types.Amount amount
}

/**
 * Takes money out of an account.
 * @stream account-{accountId}
 * @throws AccountNotFound
 * @throws AccountClosed
 * @throws InsufficientFunds
 */
struct WithdrawCommand {
  1: required types.AccountId accountId
  2: required types.Amount amount
}

/**
 * Moves money from one account to another: both change in one commit, or neither does.
 * @stream account-{fromAccountId}
 * @throws SameAccount
 * @throws AccountNotFound
 * @throws AccountClosed
 * @throws InsufficientFunds
 * @throws BalanceTooLarge
 */
struct TransferCommand {
  1: required types.AccountId fromAccountId
  /** @example a2 */
  2: required types.AccountId toAccountId
  3: required types.Amount amount
}

/**
 * Closes an account that holds nothing, for ever.
 * @stream account-{accountId}
 * @throws AccountNotFound
 * @throws AccountClosed
 * @throws BalanceNotZero
 */
struct CloseAccountCommand {
  1: required types.AccountId accountId
}

/** Everything that can be asked of the ledger: exactly one member is set. */
union Command {
  1: OpenAccountCommand openAccount
  2: DepositCommand deposit
  3: WithdrawCommand withdraw
  4: TransferCommand transfer
  5: CloseAccountCommand closeAccount
}
