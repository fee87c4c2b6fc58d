include "types.thrift"

namespace * weir.weir_test_people

/**
 * @stream person-{personId}
 * @throws PersonExists
 * @throws EmailTaken
 */
struct RegisterPersonCommand {
  1: required types.PersonId personId
  /** @personal */
  2: optional types.Name name
  /** @personal */
  3: optional string email
  /** @personal */
  4: optional binary photo
  5: optional list<types.Address> addresses
}

/**
 * @stream person-{personId}
 * @throws PersonUnknown
 */
struct RenamePersonCommand {
  1: required types.PersonId personId
  /** @personal */
  2: required types.Name name
}

/**
 * Erases the person's data.
 * @stream person-{personId}
 * @throws PersonUnknown
 */
struct ForgetPersonCommand {
  1: required types.PersonId personId
}

/** @stream order-{orderId} */
struct PlaceOrderCommand {
  1: required string orderId
  2: required types.PersonId buyerId
  3: required types.Address deliverTo
}

union Command {
  1: RegisterPersonCommand registerPerson
  2: RenamePersonCommand renamePerson
  3: ForgetPersonCommand forgetPerson
  4: PlaceOrderCommand placeOrder
}
