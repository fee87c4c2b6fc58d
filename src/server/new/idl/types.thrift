namespace * orders
namespace py orders.types

/**
 * The id of an order.
 * @pattern ^[A-Za-z0-9_.-]{1,64}$
 * @example o1
 */
typedef string OrderId

/**
 * The title of an order.
 * @minLength 1
 * @maxLength 200
 * @example Two chairs
 */
typedef string Title

/** An order with this id exists already. */
exception OrderAlreadyExists {
  1: required OrderId orderId
}

/** No order has this id. */
exception OrderNotFound {
  1: required OrderId orderId
}
