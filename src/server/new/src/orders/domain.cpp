#include "orders/domain.hpp"

#include "orders/binding.hpp"
#include "orders/queries.hpp"
#include "orders/rules.hpp"
#include "orders/views.hpp"
#include "weir/define_domain.hpp"

namespace orders {

weir::domain domain() { return weir::define_domain<binding, weir::aggregate<"order", OrderState>, orders_view>(); }

}  // namespace orders
