include "types.thrift"
include "commands.thrift"
include "queries.thrift"
include "../weir/weir.thrift"

namespace * weir.users
namespace py weir.users.service

/** The users by Thrift RPC. */
service UsersService {
  /** Carries out one command. Returns once its events are on disk. */
  weir.CommandResult execute(1: commands.Command command, 2: weir.ExecuteOptions options) throws (
    1: types.UserAlreadyExists userAlreadyExists
    2: types.UserNotFound userNotFound
    3: types.UserInactive userInactive
    4: types.UserActive userActive
    5: types.EmailTaken emailTaken
    6: weir.Problem problem
  )

  /** Registers a new user. */
  weir.CommandResult createUser(1: commands.CreateUserCommand command) throws (
    1: types.UserAlreadyExists userAlreadyExists
    2: types.EmailTaken emailTaken
    3: weir.Problem problem
  )

  /** Gives a user a name, or another one. */
  weir.CommandResult renameUser(1: commands.RenameUserCommand command) throws (
    1: types.UserNotFound userNotFound
    2: types.UserInactive userInactive
    3: weir.Problem problem
  )

  /** Gives a user an e-mail address, or another one. */
  weir.CommandResult changeEmail(1: commands.ChangeEmailCommand command) throws (
    1: types.UserNotFound userNotFound
    2: types.UserInactive userInactive
    3: types.EmailTaken emailTaken
    4: weir.Problem problem
  )

  /** Ends a user's activity until the user is reactivated. */
  weir.CommandResult deactivateUser(1: commands.DeactivateUserCommand command) throws (
    1: types.UserNotFound userNotFound
    2: types.UserInactive userInactive
    3: weir.Problem problem
  )

  /** Makes an inactive user active again. */
  weir.CommandResult reactivateUser(1: commands.ReactivateUserCommand command) throws (
    1: types.UserNotFound userNotFound
    2: types.UserActive userActive
    3: weir.Problem problem
  )

  /**
   * One user by id.
   * @get /users/{userId}
   */
  queries.User getUser(1: queries.GetUserQuery query) throws (1: types.UserNotFound userNotFound, 2: weir.Problem problem)

  /**
   * Users by ascending id, a page at a time.
   * @get /users
   */
  queries.UserList listUsers(1: queries.ListUsersQuery query) throws (1: weir.Problem problem)

  /**
   * The user who has an e-mail address.
   * @get /users/by-email/{email}
   */
  queries.User getUserByEmail(1: queries.GetUserByEmailQuery query) throws (1: types.EmailNotFound emailNotFound, 2: weir.Problem problem)

  /**
   * Users who came and left, by day.
   * @get /reports/signups
   */
  queries.SignupsReport getSignups(1: queries.GetSignupsQuery query) throws (1: weir.Problem problem)
}
