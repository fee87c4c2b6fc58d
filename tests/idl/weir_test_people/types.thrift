namespace * weir.weir_test_people

// People, whose data is personal in every way that tags can say.

/** @maxLength 64 */
typedef string PersonId

/** @minLength 1 */
typedef string Name

struct Address {
  /** @personal */
  1: required string street
  2: optional string city
}

exception PersonExists {
  1: required PersonId personId
}

exception PersonUnknown {
  1: required PersonId personId
}

exception EmailTaken {
  /** @personal */
  1: required string email
}
