include "types.thrift"

namespace * weir.users
namespace py weir.users.state

// What Weir folds from the events for itself: made again from them whenever its shape changes, and no part of the contract.

/** What a command about a user is decided on. */
struct UserState {
  /** Absent before the user is created. */
  1: optional types.UserStatus status
  /** @personal */
  2: optional types.UserName name
  /** @personal */
  3: optional types.EmailAddress email
}

/** A row of the view of e-mail addresses. */
struct EmailOwner {
  1: required types.UserId userId
}
