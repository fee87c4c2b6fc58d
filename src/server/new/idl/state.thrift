include "types.thrift"

namespace * orders
namespace py orders.state

/** What commands for an order are decided on. It is no part of the interface and may change. */
struct OrderState {
  /** Absent before the order is created. */
  1: optional types.Title title
}
