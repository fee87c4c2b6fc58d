#include "ledger/domain.hpp"

#include "ledger/binding.hpp"
#include "ledger/queries.hpp"
#include "ledger/rules.hpp"
#include "ledger/views.hpp"
#include "weir/define_domain.hpp"

namespace weir::ledger {

domain ledger() {
  return define_domain<binding, aggregate<"account", AccountState>, accounts_view, statements_view, months_view>();
}

}  // namespace weir::ledger
