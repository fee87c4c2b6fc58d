include "types.thrift"

namespace * weir.users
namespace py weir.users.events

/** A user was registered, and is active. */
struct UserCreatedEvent {
  1: required types.UserId userId
  /** @personal */
  2: optional types.UserName name
  /** @personal */
  3: optional types.EmailAddress email
}

/** A user got a name, or another one. */
struct UserRenamedEvent {
  1: required types.UserId userId
  /** @personal */
  2: required types.UserName name
}

/** A user got an e-mail address, or another one; the previous one is free again. */
struct UserEmailChangedEvent {
  1: required types.UserId userId
  /** @personal */
  2: required types.EmailAddress email
  /**
   * Absent if the user had no address.
   * @personal
   */
  3: optional types.EmailAddress previousEmail
}

/** A user's activity ended. */
struct UserDeactivatedEvent {
  1: required types.UserId userId
  2: optional types.Reason reason
}

/** An inactive user became active again. */
struct UserReactivatedEvent {
  1: required types.UserId userId
}

/** Everything that happens to users: exactly one member is set. */
union Event {
  1: UserCreatedEvent userCreated
  2: UserRenamedEvent userRenamed
  3: UserEmailChangedEvent userEmailChanged
  4: UserDeactivatedEvent userDeactivated
  5: UserReactivatedEvent userReactivated
}
