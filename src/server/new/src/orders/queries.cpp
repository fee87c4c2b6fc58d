#include "orders/queries.hpp"

#include "orders/views.hpp"

namespace orders {

weir::answer_or_refusal<Order> answer(const GetOrderQuery& query, const weir::query_context& context) {
  if (auto row = context.views.get<orders_view>(query.orderId)) return *row;
  OrderNotFound why;
  why.orderId = query.orderId;
  return weir::refuse(why);
}

weir::answer_or_refusal<OrderPage> answer(const ListOrdersQuery& query, const weir::query_context& context) {
  OrderPage page;
  // The cursor is the last id of the page before: the next key is that id and a zero byte.
  const std::string from = query.__isset.cursor ? query.cursor + '\0' : "";
  context.views.scan<orders_view>(from, [&](std::string_view, const Order& row) {
    if (page.items.size() == static_cast<std::size_t>(query.limit)) {
      page.__set_nextCursor(page.items.back().orderId);
      return false;
    }
    page.items.push_back(row);
    return true;
  });
  return page;
}

}  // namespace orders
