include "types.thrift"

namespace * orders
namespace py orders.events

/** An order was created. */
struct OrderCreatedEvent {
  1: required types.OrderId orderId
  2: required types.Title title
}

/** An order got another title. */
struct OrderRenamedEvent {
  1: required types.OrderId orderId
  2: required types.Title title
}

/** All events: exactly one member is set. */
union Event {
  1: OrderCreatedEvent orderCreated
  2: OrderRenamedEvent orderRenamed
}
