include "types.thrift"

namespace * weir.ledger
namespace py weir.ledger.queries

/** An account as the views show it. */
struct Account {
  1: required types.AccountId accountId
  2: required types.OwnerName owner
  3: required types.Balance balance
  4: required types.AccountStatus status
  /** @format date-time */
  5: required i64 openedAt
  /**
   * When anything last happened to the account.
   * @format date-time
   */
  6: required i64 updatedAt
  /**
   * How many events the account's stream held: what If-Match is compared with.
   * @etag
   */
  7: required i64 sequence
}

/**
 * One account by id.
 * @stream account-{accountId}
 */
struct GetAccountQuery {
  1: required types.AccountId accountId
}

/** Accounts by ascending id, a page at a time. */
struct ListAccountsQuery {
  /**
   * The most accounts to answer with.
   * @minimum 1
   * @maximum 1000
   */
  1: optional i32 limit = 50
  /**
   * Where to go on: `next` of the page before.
   * @maxLength 256
   */
  2: optional string cursor
  /** Only accounts of this status. */
  3: optional types.AccountStatus status
}

/** A page of accounts. It may hold fewer than the limit, even none, while `next` says that there is more to look at. */
struct AccountList {
  1: required list<Account> accounts
  /**
   * The cursor of the next page; absent after the last.
   * @json next
   */
  2: optional string nextCursor
}

/** What happened to an account. */
enum EntryKind {
  OPENED = 1
  DEPOSITED = 2
  WITHDRAWN = 3
  SENT = 4
  RECEIVED = 5
  CLOSED = 6
}

/** One line of a statement. */
struct StatementEntry {
  /** The event's place in the account's stream. */
  1: required i64 sequence
  /** @format date-time */
  2: required i64 recordedAt
  3: required EntryKind kind
  /** In cents: what came in; below zero what left. */
  4: required i64 amount
  /** What the account held afterwards. */
  5: required types.Balance balance
  /** The other account of a transfer. */
  6: optional types.AccountId counterparty
}

/**
 * All that happened to an account, in order, a page at a time.
 * @stream account-{accountId}
 */
struct GetStatementQuery {
  1: required types.AccountId accountId
  /**
   * The sequence of the first entry to answer with: `next` of the page before.
   * @minimum 1
   * @json from
   */
  2: optional i64 firstSequence = 1
  /**
   * The most entries to answer with.
   * @minimum 1
   * @maximum 1000
   */
  3: optional i32 limit = 100
}

/** A page of a statement. */
struct Statement {
  1: required types.AccountId accountId
  2: required list<StatementEntry> entries
  /**
   * The sequence that the next page begins with; absent after the last.
   * @json next
   */
  3: optional i64 nextSequence
}

/** What the ledger did, a month at a time. */
struct GetMonthlyReportQuery {
  /**
   * The first month, UTC.
   * @pattern ^\d{4}-(0[1-9]|1[0-2])$
   * @example 2026-01
   * @json from
   */
  1: required string firstMonth
  /**
   * The last month, UTC.
   * @pattern ^\d{4}-(0[1-9]|1[0-2])$
   * @example 2026-12
   * @json to
   * @notBefore from
   */
  2: required string lastMonth
}

/**
 * All money that moved in a month, in cents; 9007199254740991 means that much or more.
 * @minimum 0
 * @maximum 9007199254740991
 */
typedef i64 Turnover

/** What happened in one month, UTC. */
struct LedgerMonth {
  /** @example 2026-11 */
  1: required string month
  /** Accounts opened in that month. */
  2: required i64 opened
  /** Accounts closed in that month. */
  3: required i64 closed
  4: required Turnover deposited
  5: required Turnover withdrawn
  /** Counted once for both accounts. */
  6: required Turnover transferred
}

/** The months in which anything happened, in order. */
struct MonthlyReport {
  1: required list<LedgerMonth> months
}
