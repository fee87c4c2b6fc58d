namespace * weir.weir_test_orders

/** An order was placed. The first form of this event; prices were floating numbers of euros. */
struct OrderPlacedEvent {
  1: required string orderId
  2: required double price
}

/** The second form: whole cents, so that no sum is off by one. */
struct OrderPlacedV2Event {
  1: required string orderId
  2: required i64 cents
}

/** The third form: we sell abroad. */
struct OrderPlacedV3Event {
  1: required string orderId
  2: required i64 cents
  3: required string currency
}

/** The order was called off. */
struct OrderCancelledEvent {
  1: required string orderId
  /** @was why */
  2: optional string reason
  /** Code of the voucher that makes up for it. */
  3: optional string voucher
}

union Event {
  1: OrderPlacedEvent orderPlaced
  2: OrderCancelledEvent orderCancelled
  3: OrderPlacedV2Event orderPlacedV2
  4: OrderPlacedV3Event orderPlacedV3
}
