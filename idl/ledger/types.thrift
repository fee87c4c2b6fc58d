namespace * weir.ledger
namespace py weir.ledger.types

/**
 * What an account is known by.
 * @pattern ^[A-Za-z0-9_.-]{1,64}$
 * @example a1
 */
typedef string AccountId

/**
 * Whose money it is.
 * @minLength 1
 * @maxLength 200
 * @example Ada Lovelace
 */
typedef string OwnerName

/**
 * Money that moves, in cents.
 * @minimum 1
 * @maximum 9007199254740991
 * @example 2500
 */
typedef i64 Amount

/**
 * Money that is there, in cents: never below zero, and never more than 2^53 - 1, which every reader of JSON keeps exact.
 * @minimum 0
 * @maximum 9007199254740991
 * @example 10000
 */
typedef i64 Balance

/** Whether money may move. */
enum AccountStatus {
  OPEN = 1
  CLOSED = 2
}

/** An account of that id exists already, open or closed. */
exception AccountAlreadyExists {
  1: required AccountId accountId
}

/** No account of that id exists. */
exception AccountNotFound {
  1: required AccountId accountId
}

/** The account is closed, for ever. */
exception AccountClosed {
  1: required AccountId accountId
}

/** The account holds less than was asked for. */
exception InsufficientFunds {
  1: required AccountId accountId
  /** What it holds. */
  2: required Balance balance
  /** What was asked for. */
  3: required Amount amount
}

/** The account would hold more than 2^53 - 1 cents. */
exception BalanceTooLarge {
  1: required AccountId accountId
  /** What was to be added. */
  2: required Amount amount
}

/** A transfer is between two accounts. */
exception SameAccount {
  1: required AccountId accountId
}

/** Only an account that holds nothing can be closed. */
exception BalanceNotZero {
  1: required AccountId accountId
  /** What it holds. */
  2: required Balance balance
}
