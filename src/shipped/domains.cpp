#include "shipped/domains.hpp"

#include "ledger/domain.hpp"
#include "users/domain.hpp"

namespace weir {

std::vector<domain> shipped_domains() {
  std::vector<domain> all;
  all.push_back(users::users());
  all.push_back(ledger::ledger());
  return all;
}

}  // namespace weir
