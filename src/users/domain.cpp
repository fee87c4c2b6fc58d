#include "users/domain.hpp"

#include "users/binding.hpp"
#include "users/queries.hpp"
#include "users/rules.hpp"
#include "users/views.hpp"
#include "weir/define_domain.hpp"

namespace weir::users {

domain users() { return define_domain<binding, aggregate<"user", UserState>, users_view, emails_view, signups_view>(); }

}  // namespace weir::users
