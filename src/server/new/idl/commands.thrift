include "types.thrift"

namespace * orders
namespace py orders.commands

/**
 * Creates an order.
 * @stream order-{orderId}
 * @throws OrderAlreadyExists
 */
struct CreateOrderCommand {
  1: required types.OrderId orderId
  2: required types.Title title
}

/**
 * Gives an order another title. Changes nothing if the title is the same.
 * @stream order-{orderId}
 * @throws OrderNotFound
 */
struct RenameOrderCommand {
  1: required types.OrderId orderId
  2: required types.Title title
}

/** All commands: exactly one member is set. */
union Command {
  1: CreateOrderCommand createOrder
  2: RenameOrderCommand renameOrder
}
