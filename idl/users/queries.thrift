include "types.thrift"

namespace * weir.users
namespace py weir.users.queries

/** A user as the views show it. */
struct User {
  1: required types.UserId userId
  /** @personal */
  2: optional types.UserName name
  /** @personal */
  3: optional types.EmailAddress email
  4: required types.UserStatus status
  /** @format date-time */
  5: required i64 createdAt
  /**
   * When the user last changed.
   * @format date-time
   */
  6: required i64 updatedAt
  /**
   * How many events the user's stream held: what If-Match is compared with.
   * @etag
   */
  7: required i64 sequence
}

/**
 * One user by id.
 * @stream user-{userId}
 */
struct GetUserQuery {
  1: required types.UserId userId
}

/** Users by ascending id, a page at a time. */
struct ListUsersQuery {
  /**
   * The most users to answer with.
   * @minimum 1
   * @maximum 1000
   */
  1: optional i32 limit = 50
  /**
   * Where to go on: `next` of the page before.
   * @maxLength 256
   */
  2: optional string cursor
  /** Only users of this status. */
  3: optional types.UserStatus status
  /**
   * Only users whose name begins with this, in this case. If it is empty, all users, also those without a name.
   * @maxLength 200
   */
  4: optional string namePrefix
}

/** A page of users. It may hold fewer than the limit, even none, while `next` says that there is more to look at. */
struct UserList {
  1: required list<User> users
  /**
   * The cursor of the next page; absent after the last.
   * @json next
   */
  2: optional string nextCursor
}

/** The user who has an e-mail address, in whatever case it is written. */
struct GetUserByEmailQuery {
  /** @personal */
  1: required types.EmailAddress email
}

/** How many users came and left, a day at a time. */
struct GetSignupsQuery {
  /**
   * The first day, UTC.
   * @format date
   * @pattern ^\d{4}-\d{2}-\d{2}$
   * @example 2026-11-01
   * @json from
   */
  1: required string firstDay
  /**
   * The last day, UTC.
   * @format date
   * @pattern ^\d{4}-\d{2}-\d{2}$
   * @example 2026-11-30
   * @json to
   * @notBefore from
   */
  2: required string lastDay
}

/** What happened on one day, UTC. */
struct SignupsDay {
  /**
   * @format date
   * @example 2026-11-23
   */
  1: required string day
  /** Users registered on that day. */
  2: required i64 created
  /** Users deactivated on that day. */
  3: required i64 deactivated
}

/** The days on which anything happened, in order. */
struct SignupsReport {
  1: required list<SignupsDay> days
}
