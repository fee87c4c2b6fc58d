namespace * weir.weir_test_orders

// A domain whose first event has changed its form twice.

/** @stream order-{orderId} */
struct PlaceOrderCommand {
  1: required string orderId
  2: required i64 cents
}

/**
 * @stream order-{orderId}
 * @throws OrderNotOpen
 */
struct CancelOrderCommand {
  1: required string orderId
}

/**
 * Records an event of the past, as a careless author might.
 * @stream order-{orderId}
 */
struct PlaceOrderAsBeforeCommand {
  1: required string orderId
}

/** There is no such order, or it was cancelled. */
exception OrderNotOpen {
  1: required string orderId
}

union Command {
  1: PlaceOrderCommand placeOrder
  2: CancelOrderCommand cancelOrder
  3: PlaceOrderAsBeforeCommand placeOrderAsBefore
}

struct OrderState {
  1: required bool open = false
}

/** @stream order-{orderId} */
struct GetOrderQuery {
  1: required string orderId
}

struct Order {
  1: required string orderId
  2: required i64 cents
  3: required string currency
  4: required bool cancelled = false
}
