include "types.thrift"
include "commands.thrift"
include "queries.thrift"
include "../weir/weir.thrift"

namespace * weir.ledger
namespace py weir.ledger.service

/** The ledger by Thrift RPC. */
service LedgerService {
  /** Carries out one command. Returns once its events are on disk. */
  weir.CommandResult execute(1: commands.Command command, 2: weir.ExecuteOptions options) throws (
    1: types.AccountAlreadyExists accountAlreadyExists
    2: types.AccountNotFound accountNotFound
    3: types.AccountClosed accountClosed
    4: types.InsufficientFunds insufficientFunds
    5: types.BalanceTooLarge balanceTooLarge
    6: types.SameAccount sameAccount
    7: types.BalanceNotZero balanceNotZero
    8: weir.Problem problem
  )

  /** Opens an account that holds nothing. */
  weir.CommandResult openAccount(1: commands.OpenAccountCommand command) throws (
    1: types.AccountAlreadyExists accountAlreadyExists
    2: weir.Problem problem
  )

  /** Brings money into an account. */
  weir.CommandResult deposit(1: commands.DepositCommand command) throws (
    1: types.AccountNotFound accountNotFound
    2: types.AccountClosed accountClosed
    3: types.BalanceTooLarge balanceTooLarge
    4: weir.Problem problem
  )

  /** Takes money out of an account. */
  weir.CommandResult withdraw(1: commands.WithdrawCommand command) throws (
    1: types.AccountNotFound accountNotFound
    2: types.AccountClosed accountClosed
    3: types.InsufficientFunds insufficientFunds
    4: weir.Problem problem
  )

  /** Moves money from one account to another: both change in one commit, or neither does. */
  weir.CommandResult transfer(1: commands.TransferCommand command) throws (
    1: types.SameAccount sameAccount
    2: types.AccountNotFound accountNotFound
    3: types.AccountClosed accountClosed
    4: types.InsufficientFunds insufficientFunds
    5: types.BalanceTooLarge balanceTooLarge
    6: weir.Problem problem
  )

  /** Closes an account that holds nothing, for ever. */
  weir.CommandResult closeAccount(1: commands.CloseAccountCommand command) throws (
    1: types.AccountNotFound accountNotFound
    2: types.AccountClosed accountClosed
    3: types.BalanceNotZero balanceNotZero
    4: weir.Problem problem
  )

  /**
   * One account by id.
   * @get /accounts/{accountId}
   */
  queries.Account getAccount(1: queries.GetAccountQuery query) throws (1: types.AccountNotFound accountNotFound, 2: weir.Problem problem)

  /**
   * Accounts by ascending id, a page at a time.
   * @get /accounts
   */
  queries.AccountList listAccounts(1: queries.ListAccountsQuery query) throws (1: weir.Problem problem)

  /**
   * All that happened to an account, in order, a page at a time.
   * @get /accounts/{accountId}/statement
   */
  queries.Statement getStatement(1: queries.GetStatementQuery query) throws (1: types.AccountNotFound accountNotFound, 2: weir.Problem problem)

  /**
   * What the ledger did, by month.
   * @get /reports/ledger-months
   */
  queries.MonthlyReport getMonthlyReport(1: queries.GetMonthlyReportQuery query) throws (1: weir.Problem problem)
}
