#pragma once

#include "weir/domain.hpp"

namespace weir::ledger {

/// Accounts and the money in them: see idl/ledger for the contract, rules.hpp for the business.
[[nodiscard]] domain ledger();

}  // namespace weir::ledger
