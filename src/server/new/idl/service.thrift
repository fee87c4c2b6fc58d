include "types.thrift"
include "commands.thrift"
include "queries.thrift"
include "weir/weir.thrift"

namespace * orders
namespace py orders.service

/** The Thrift RPC service; the paths of HTTP's queries stand here too. */
service OrdersService {
  /** Carries out one command. Returns when its events are on disk. */
  weir.CommandResult execute(1: commands.Command command, 2: weir.ExecuteOptions options) throws (
    1: types.OrderAlreadyExists orderAlreadyExists
    2: types.OrderNotFound orderNotFound
    3: weir.Problem problem
  )

  /**
   * One order by its id.
   * @get /orders/{orderId}
   */
  queries.Order getOrder(1: queries.GetOrderQuery query) throws (1: types.OrderNotFound orderNotFound, 2: weir.Problem problem)

  /**
   * Orders by ascending id, one page at a time.
   * @get /orders
   */
  queries.OrderPage listOrders(1: queries.ListOrdersQuery query) throws (1: weir.Problem problem)
}
