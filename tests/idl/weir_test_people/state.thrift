include "types.thrift"

namespace * weir.weir_test_people

struct PersonState {
  1: optional bool registered
  /** @personal */
  2: optional types.Name name
  /** @personal */
  3: optional string email
}

struct OrderState {
  1: optional bool placed
}

/** A row of the view of addresses. */
struct EmailHolder {
  1: required types.PersonId personId
}
