#pragma once

#include "weir/domain.hpp"
#include "weir_test_orders/commands_types.h"
#include "weir_test_orders/events_types.h"

/// Orders, whose first event has changed its form twice. docs/schema-change.md shows them.
namespace weir::weir_test_orders {

decision decide(const OrderState& order, const PlaceOrderCommand& command, const decide_context& context);
decision decide(const OrderState& order, const CancelOrderCommand& command, const decide_context& context);
decision decide(const OrderState& order, const PlaceOrderAsBeforeCommand& command, const decide_context& context);

OrderPlacedV2Event upcast(const OrderPlacedEvent& event);
OrderPlacedV3Event upcast(const OrderPlacedV2Event& event);

void evolve(OrderState& order, const OrderPlacedV3Event& event);
void evolve(OrderState& order, const OrderCancelledEvent& event);

struct orders_view {
  using row = Order;
  static constexpr std::string_view name = "orders";
  static constexpr int version = 1;

  static void on(const OrderPlacedV3Event& event, const recording& recorded, rows<orders_view>& orders);
  static void on(const OrderCancelledEvent& event, const recording& recorded, rows<orders_view>& orders);
};

answer_or_refusal<Order> answer(const GetOrderQuery& query, const query_context& context);

[[nodiscard]] domain weir_test_orders();

}  // namespace weir::weir_test_orders
