include "types.thrift"

namespace * orders
namespace py orders.queries

/** An order as queries show it. */
struct Order {
  1: required types.OrderId orderId
  2: required types.Title title
  /** @format date-time */
  3: required i64 createdAt
  /**
   * The number of events in the order's stream: what If-Match is compared with.
   * @etag
   */
  4: required i64 sequence
}

/**
 * One order by its id.
 * @stream order-{orderId}
 */
struct GetOrderQuery {
  1: required types.OrderId orderId
}

/** Orders by ascending id, one page at a time. */
struct ListOrdersQuery {
  /**
   * The largest number of orders in the answer.
   * @minimum 1
   * @maximum 1000
   */
  1: i32 limit = 50
  /** The `next` of the page before. */
  2: optional types.OrderId cursor
}

/** One page of orders. */
struct OrderPage {
  1: required list<Order> items
  /**
   * The cursor of the next page. Absent at the end.
   * @json next
   */
  2: optional types.OrderId nextCursor
}
