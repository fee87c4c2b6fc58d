namespace * weir.users
namespace py weir.users.types

/**
 * What a user is known by.
 * @pattern ^[A-Za-z0-9_.-]{1,64}$
 * @example u1
 */
typedef string UserId

/**
 * What people call the user.
 * @minLength 1
 * @maxLength 200
 * @example Ada Lovelace
 */
typedef string UserName

/**
 * An e-mail address in ASCII. Two that differ only in case are the same address.
 * @format email
 * @pattern ^[A-Za-z0-9!#$%&'+/=*?^_`{|}~.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$
 * @maxLength 254
 * @example ada@example.org
 */
typedef string EmailAddress

/**
 * Why something was done, in words for people.
 * @maxLength 1000
 * @example Moved to another company
 */
typedef string Reason

/** Whether a user may act. */
enum UserStatus {
  ACTIVE = 1
  INACTIVE = 2
}

/** A user of that id exists already, active or not. */
exception UserAlreadyExists {
  1: required UserId userId
}

/** No user of that id exists. */
exception UserNotFound {
  1: required UserId userId
}

/** The user is inactive: only reactivation is possible. */
exception UserInactive {
  1: required UserId userId
}

/** The user is active already. */
exception UserActive {
  1: required UserId userId
}

/** Another user has that e-mail address, in whatever case it is written. */
exception EmailTaken {
  /** @personal */
  1: required EmailAddress email
}

/** No user has that e-mail address. */
exception EmailNotFound {
  /** @personal */
  1: required EmailAddress email
}
