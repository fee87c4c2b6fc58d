#include "server/domains.hpp"

#include "users/domain.hpp"

namespace weir {

std::vector<domain> all_domains() {
  std::vector<domain> all;
  all.push_back(users::users());
  return all;
}

}  // namespace weir
