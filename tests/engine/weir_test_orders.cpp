#include "engine/weir_test_orders.hpp"

#include <cmath>

#include "weir/define_domain.hpp"
#include "weir_test_orders/binding.hpp"

namespace weir::weir_test_orders {
namespace {

OrderNotOpen not_open(const std::string& id) {
  OrderNotOpen why;
  why.orderId = id;
  return why;
}

}  // namespace

decision decide(const OrderState& order, const PlaceOrderCommand& command, const decide_context&) {
  if (order.open) return nothing_happens();
  OrderPlacedV3Event event;
  event.orderId = command.orderId;
  event.cents = command.cents;
  event.currency = "EUR";
  return happens(std::move(event));
}

decision decide(const OrderState& order, const CancelOrderCommand& command, const decide_context& context) {
  if (!order.open) return refuse(not_open(command.orderId));
  OrderCancelledEvent event;
  event.orderId = command.orderId;
  event.__set_voucher(context.ids.next());
  return happens(std::move(event));
}

decision decide(const OrderState&, const PlaceOrderAsBeforeCommand& command, const decide_context&) {
  OrderPlacedEvent event;
  event.orderId = command.orderId;
  event.price = 1;
  return happens(std::move(event));
}

OrderPlacedV2Event upcast(const OrderPlacedEvent& event) {
  OrderPlacedV2Event newer;
  newer.orderId = event.orderId;
  newer.cents = std::llround(event.price * 100);
  return newer;
}

OrderPlacedV3Event upcast(const OrderPlacedV2Event& event) {
  OrderPlacedV3Event newer;
  newer.orderId = event.orderId;
  newer.cents = event.cents;
  newer.currency = "EUR";
  return newer;
}

void evolve(OrderState& order, const OrderPlacedV3Event&) { order.open = true; }

void evolve(OrderState& order, const OrderCancelledEvent&) { order.open = false; }

void orders_view::on(const OrderPlacedV3Event& event, const recording&, rows<orders_view>& orders) {
  Order row;
  row.orderId = event.orderId;
  row.cents = event.cents;
  row.currency = event.currency;
  orders.put(event.orderId, row);
}

void orders_view::on(const OrderCancelledEvent& event, const recording&, rows<orders_view>& orders) {
  orders.change(event.orderId, [](Order& row) { row.cancelled = true; });
}

answer_or_refusal<Order> answer(const GetOrderQuery& query, const query_context& context) {
  if (auto row = context.views.get<orders_view>(query.orderId)) return std::move(*row);
  return refuse(not_open(query.orderId));
}

domain weir_test_orders() { return define_domain<binding, aggregate<"order", OrderState>, orders_view>(); }

}  // namespace weir::weir_test_orders
