#pragma once

#include <algorithm>
#include <cstdint>

/// Cents, in whole numbers that every reader of JSON keeps exact.
namespace weir::ledger {

/// The most that an account may hold, 2^53 - 1; as much is the most that an amount may be (idl/ledger/types.thrift), so
/// that a sum of two cannot overflow.
inline constexpr std::int64_t balance_max = (std::int64_t{1} << 53) - 1;

/// The sum of the earlier amount and this one, limited to the largest number that JSON represents exactly.
[[nodiscard]] constexpr std::int64_t add_turnover(std::int64_t so_far, std::int64_t amount) {
  return std::min(so_far + amount, balance_max);
}

}  // namespace weir::ledger
