#pragma once

#include <compare>
#include <cstdint>

namespace weir {

/// The n-th event of one stream: 1, 2, 3, ... without a gap. 0 is "before the first".
struct sequence {
  std::uint64_t value = 0;
  auto operator<=>(const sequence&) const = default;
  [[nodiscard]] sequence next() const { return {value + 1}; }
};

/// The n-th event of the whole event log: 1, 2, 3, ... without a gap. 0 is "before the first".
struct position {
  std::uint64_t value = 0;
  auto operator<=>(const position&) const = default;
  [[nodiscard]] position next() const { return {value + 1}; }
};

}  // namespace weir
