#include "orders/rules.hpp"

namespace orders {
namespace {

bool exists(const OrderState& state) { return state.__isset.title; }

template <class Refusal>
weir::refusal refuse(const OrderId& id) {
  Refusal why;
  why.orderId = id;
  return weir::refuse(why);
}

}  // namespace

weir::decision decide(const OrderState& state, const CreateOrderCommand& command, const weir::decide_context&) {
  if (exists(state)) return refuse<OrderAlreadyExists>(command.orderId);
  OrderCreatedEvent event;
  event.orderId = command.orderId;
  event.title = command.title;
  return weir::happens(event);
}

weir::decision decide(const OrderState& state, const RenameOrderCommand& command, const weir::decide_context&) {
  if (!exists(state)) return refuse<OrderNotFound>(command.orderId);
  if (state.title == command.title) return weir::nothing_happens();
  OrderRenamedEvent event;
  event.orderId = command.orderId;
  event.title = command.title;
  return weir::happens(event);
}

void evolve(OrderState& state, const OrderCreatedEvent& event) { state.__set_title(event.title); }

void evolve(OrderState& state, const OrderRenamedEvent& event) { state.__set_title(event.title); }

}  // namespace orders
