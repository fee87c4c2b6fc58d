#include "orders/views.hpp"

namespace orders {
namespace {

std::int64_t sequence_of(const weir::recording& recorded) { return static_cast<std::int64_t>(recorded.sequence.value); }

}  // namespace

void orders_view::on(const OrderCreatedEvent& event, const weir::recording& recorded, weir::rows<orders_view>& table) {
  Order row;
  row.orderId = event.orderId;
  row.title = event.title;
  row.createdAt = recorded.at.time_since_epoch().count();
  row.sequence = sequence_of(recorded);
  table.put(event.orderId, row);
}

void orders_view::on(const OrderRenamedEvent& event, const weir::recording& recorded, weir::rows<orders_view>& table) {
  table.change(event.orderId, [&](Order& row) {
    row.title = event.title;
    row.sequence = sequence_of(recorded);
  });
}

}  // namespace orders
