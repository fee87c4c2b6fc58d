include "types.thrift"

namespace * weir.weir_test_people

struct PersonRegisteredEvent {
  1: required types.PersonId personId
  /** @personal */
  2: optional types.Name name
  /** @personal */
  3: optional string email
  /** @personal */
  4: optional binary photo
  5: optional list<types.Address> addresses
}

struct PersonRenamedEvent {
  1: required types.PersonId personId
  /** @personal */
  2: required types.Name name
}

struct PersonForgottenEvent {
  1: required types.PersonId personId
}

/** It stands in the stream of the order, but it is about the buyer. */
struct OrderPlacedEvent {
  1: required string orderId
  /** @subject person */
  2: required types.PersonId buyerId
  3: required types.Address deliverTo
}

union Event {
  1: PersonRegisteredEvent personRegistered
  2: PersonRenamedEvent personRenamed
  3: PersonForgottenEvent personForgotten
  4: OrderPlacedEvent orderPlaced
}
