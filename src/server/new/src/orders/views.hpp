#pragma once

#include <string_view>

#include "orders/events_types.h"
#include "orders/queries_types.h"
#include "weir/domain.hpp"

/// The views: rows that events change and queries read. Raise a view's version when its rows get another meaning.
namespace orders {

/// Every order, by its id.
struct orders_view {
  using row = Order;
  static constexpr std::string_view name = "orders";
  static constexpr int version = 1;

  static void on(const OrderCreatedEvent& event, const weir::recording& recorded, weir::rows<orders_view>& table);
  static void on(const OrderRenamedEvent& event, const weir::recording& recorded, weir::rows<orders_view>& table);
};

}  // namespace orders
