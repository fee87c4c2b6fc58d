include "commands.thrift"
include "../../../idl/weir/weir.thrift"

namespace * weir.weir_test_orders

service OrdersService {
  weir.CommandResult execute(1: commands.Command command, 2: weir.ExecuteOptions options)
      throws (1: commands.OrderNotOpen orderNotOpen, 2: weir.Problem problem)

  /** @get /orders/{orderId} */
  commands.Order getOrder(1: commands.GetOrderQuery query) throws (1: commands.OrderNotOpen orderNotOpen, 2: weir.Problem problem)
}
