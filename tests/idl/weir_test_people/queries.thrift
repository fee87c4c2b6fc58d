include "types.thrift"

namespace * weir.weir_test_people

/** A row of the view of people. The tags of some fields are forgotten, which must not matter. */
struct Person {
  1: required types.PersonId personId
  /** @personal */
  2: optional types.Name name
  3: optional string email
  /** @personal */
  4: optional binary photo
  5: optional list<types.Address> addresses
  /** All names that the person ever had. */
  6: required list<string> names
}

/** @stream person-{personId} */
struct GetPersonQuery {
  1: required types.PersonId personId
}

struct GetPersonByEmailQuery {
  /** @personal */
  1: required string email
}
