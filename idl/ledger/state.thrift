include "types.thrift"

namespace * weir.ledger
namespace py weir.ledger.state

// What Weir folds from the events for itself: made again from them whenever its shape changes, and no part of the contract.

/** What a command about an account is decided on. */
struct AccountState {
  /** Absent before the account is opened. */
  1: optional types.AccountStatus status
  2: required types.Balance balance
}
