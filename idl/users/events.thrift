include "types.thrift"

namespace * weir.users
namespace py weir.users.events

/** A user was registered, and is active. */
struct UserCreatedEvent {
  1: required types.UserId userId
  2: required types.UserName name
  3: required types.EmailAddress email
}

/** A user got another name. */
struct UserRenamedEvent {
  1: required types.UserId userId
  2: required types.UserName name
}

/** A user got another e-mail address; the previous one is free again. */
struct UserEmailChangedEvent {
  1: required types.UserId userId
  2: required types.EmailAddress email
  3: required types.EmailAddress previousEmail
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
