// A small domain with one mistake, which the macro MISTAKE names: it does not compile, or its program does not start,
// and says why in a sentence. Tests try each one; without a mistake it does compile.
#include <cstdio>
#include <exception>

#include "users/queries_types.h"
#include "weir/define_domain.hpp"
#include "weir_test_orders/binding.hpp"

#define none 0
#define missing_decide 1
#define decide_without_context 2
#define decide_returns_an_event 3
#define missing_evolve 4
#define evolve_of_a_copy 5
#define missing_answer 6
#define answer_without_context 7
#define answer_returns_another_struct 8
#define state_is_no_generated_struct 9
#define row_is_no_generated_struct 10
#define row_of_another_idl 11
#define nobody_fills_the_view 12
#define on_with_rows_of_another_view 13
#define on_without_recording 14
#define on_that_is_not_static 15
#define on_of_no_event 16
#define on_of_two_that_are_no_events 17
#define view_is_no_projection 18
#define async_view_in_decide 19
#define part_is_neither 20
#define view_that_is_not_listed_in_answer 21
#define view_that_is_not_listed_in_decide 22
#define row_that_is_read_is_no_generated_struct 23

namespace weir::weir_test_orders {

struct other_view {
  using row = Order;
  static constexpr std::string_view name = "others";
  static constexpr int version = 1;
#if MISTAKE == async_view_in_decide
  static constexpr bool async = true;
#endif
  static void on(const OrderCancelledEvent&, const recording&, rows<other_view>&) {}
};

struct no_row {
  int cents = 0;
};

struct orders_view {
#if MISTAKE == row_is_no_generated_struct || MISTAKE == row_that_is_read_is_no_generated_struct
  using row = no_row;
#elif MISTAKE == row_of_another_idl
  using row = users::User;
#else
  using row = Order;
#endif
  static constexpr std::string_view name = "orders";
  static constexpr int version = 1;

#if MISTAKE == nobody_fills_the_view
  static void on(const Order&, const recording&, rows<orders_view>&) {}
#else
  static void on(const OrderPlacedV3Event&, const recording&, rows<orders_view>&) {}
#endif

#if MISTAKE == on_with_rows_of_another_view
  static void on(const OrderCancelledEvent&, const recording&, rows<other_view>&) {}
#elif MISTAKE == on_without_recording
  static void on(const OrderCancelledEvent&, rows<orders_view>&) {}
#elif MISTAKE == on_that_is_not_static
  void on(const OrderCancelledEvent&, const recording&, rows<orders_view>&) {}
#elif MISTAKE == on_of_no_event
  static void on(const Order&, const recording&, rows<orders_view>&) {}
#elif MISTAKE == on_of_two_that_are_no_events
  static void on(const Order&, const recording&, rows<orders_view>&) {}
  static void on(const PlaceOrderCommand&, const recording&, rows<orders_view>&) {}
#endif
};

struct plain {};

decision decide(const OrderState&, const PlaceOrderCommand&, const decide_context&) { return nothing_happens(); }
decision decide(const OrderState&, const PlaceOrderAsBeforeCommand&, const decide_context&) {
  return nothing_happens();
}
#if MISTAKE == missing_decide
#elif MISTAKE == decide_without_context
decision decide(const OrderState&, const CancelOrderCommand&) { return nothing_happens(); }
#elif MISTAKE == decide_returns_an_event
OrderCancelledEvent decide(const OrderState&, const CancelOrderCommand&, const decide_context&) { return {}; }
#else
decision decide(const OrderState&, const CancelOrderCommand& command, const decide_context& context) {
  (void)context.views.contains<other_view>(command.orderId);
  return nothing_happens();
}
#endif

OrderPlacedV2Event upcast(const OrderPlacedEvent&) { return {}; }
OrderPlacedV3Event upcast(const OrderPlacedV2Event&) { return {}; }

void evolve(OrderState& order, const OrderPlacedV3Event&) { order.open = true; }
#if MISTAKE == missing_evolve
#elif MISTAKE == evolve_of_a_copy
void evolve(OrderState order, const OrderCancelledEvent&) { order.open = false; }
#else
void evolve(OrderState& order, const OrderCancelledEvent&) { order.open = false; }
#endif
void evolve(plain&, const OrderCancelledEvent&) {}

#if MISTAKE == missing_answer
#elif MISTAKE == answer_without_context
answer_or_refusal<Order> answer(const GetOrderQuery&) { return Order{}; }
#elif MISTAKE == answer_returns_another_struct
OrderState answer(const GetOrderQuery&, const query_context&) { return {}; }
#elif MISTAKE == view_is_no_projection
answer_or_refusal<Order> answer(const GetOrderQuery& query, const query_context& context) {
  (void)context.views.contains<Order>(query.orderId);
  return Order{};
}
#elif MISTAKE == row_is_no_generated_struct || MISTAKE == row_of_another_idl
answer_or_refusal<Order> answer(const GetOrderQuery&, const query_context&) { return Order{}; }
#elif MISTAKE == row_that_is_read_is_no_generated_struct
answer_or_refusal<Order> answer(const GetOrderQuery& query, const query_context& context) {
  (void)context.views.contains<orders_view>(query.orderId);
  return Order{};
}
#else
answer_or_refusal<Order> answer(const GetOrderQuery& query, const query_context& context) {
  return context.views.get<orders_view>(query.orderId).value_or(Order{});
}
#endif

domain with_a_mistake() {
#if MISTAKE == state_is_no_generated_struct
  return define_domain<binding, aggregate<"order", OrderState>, aggregate<"plain", plain>, orders_view, other_view>();
#elif MISTAKE == part_is_neither
  return define_domain<binding, aggregate<"order", OrderState>, orders_view, other_view, plain>();
#elif MISTAKE == view_that_is_not_listed_in_answer
  return define_domain<binding, aggregate<"order", OrderState>, other_view>();
#elif MISTAKE == view_that_is_not_listed_in_decide
  return define_domain<binding, aggregate<"order", OrderState>, orders_view>();
#else
  return define_domain<binding, aggregate<"order", OrderState>, orders_view, other_view>();
#endif
}

}  // namespace weir::weir_test_orders

int main() try {
  (void)weir::weir_test_orders::with_a_mistake();
  std::puts("no mistake");
  return 0;
} catch (const std::exception& e) {
  std::puts(e.what());
  return 1;
}
