#pragma once

#include "orders/queries_types.h"
#include "weir/domain.hpp"

/// The queries: each reads views and nothing else.
namespace orders {

weir::answer_or_refusal<Order> answer(const GetOrderQuery& query, const weir::query_context& context);
weir::answer_or_refusal<OrderPage> answer(const ListOrdersQuery& query, const weir::query_context& context);

}  // namespace orders
