#pragma once

#include "weir/domain.hpp"

namespace weir::users {

/// The users: see idl/users for the contract, rules.hpp for the business.
[[nodiscard]] domain users();

}  // namespace weir::users
