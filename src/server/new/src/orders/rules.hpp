#pragma once

#include "orders/commands_types.h"
#include "orders/events_types.h"
#include "orders/state_types.h"
#include "weir/domain.hpp"

/// The rules: what follows from a command, or why it is refused; and the state after each event.
namespace orders {

weir::decision decide(const OrderState& state, const CreateOrderCommand& command, const weir::decide_context& context);
weir::decision decide(const OrderState& state, const RenameOrderCommand& command, const weir::decide_context& context);

void evolve(OrderState& state, const OrderCreatedEvent& event);
void evolve(OrderState& state, const OrderRenamedEvent& event);

}  // namespace orders
