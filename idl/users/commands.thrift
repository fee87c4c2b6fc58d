include "types.thrift"

namespace * weir.users
namespace py weir.users.commands

/**
 * Registers a new user. The name and the e-mail address can be given later.
 * @stream user-{userId}
 * @throws UserAlreadyExists
 * @throws EmailTaken
 */
struct CreateUserCommand {
  /** Chosen by the caller, once and for ever. */
  1: required types.UserId userId
  /** @personal */
  2: optional types.UserName name
  /** @personal */
  3: optional types.EmailAddress email
}

/**
 * Gives a user a name, or another one. Changes nothing if the user has that name already.
 * @stream user-{userId}
 * @throws UserNotFound
 * @throws UserInactive
 */
struct RenameUserCommand {
  1: required types.UserId userId
  /** @personal */
  2: required types.UserName name
}

/**
 * Gives a user an e-mail address, or another one. Changes nothing if the user has that address already.
 * @stream user-{userId}
 * @throws UserNotFound
 * @throws UserInactive
 * @throws EmailTaken
 */
struct ChangeEmailCommand {
  1: required types.UserId userId
  /** @personal */
  2: required types.EmailAddress email
}

/**
 * Ends a user's activity until the user is reactivated. The name and the e-mail address stay the user's.
 * @stream user-{userId}
 * @throws UserNotFound
 * @throws UserInactive
 */
struct DeactivateUserCommand {
  1: required types.UserId userId
  /** Why, in words for people. */
  2: optional types.Reason reason
}

/**
 * Makes an inactive user active again.
 * @stream user-{userId}
 * @throws UserNotFound
 * @throws UserActive
 */
struct ReactivateUserCommand {
  1: required types.UserId userId
}

/** Everything that can be asked of the users: exactly one member is set. */
union Command {
  1: CreateUserCommand createUser
  2: RenameUserCommand renameUser
  3: ChangeEmailCommand changeEmail
  4: DeactivateUserCommand deactivateUser
  5: ReactivateUserCommand reactivateUser
}
