#include "personal/recent_keys.hpp"

namespace weir::personal {

std::optional<key> recent_keys::find(std::uint64_t number) const {
  const shard& in = of(number);
  const std::size_t at = place_of(number);
  const std::lock_guard lock(in.mutex);
  if (number == 0 || in.numbers[at] != number) return std::nullopt;
  return in.keys[at];
}

std::uint64_t recent_keys::moment(std::uint64_t number) const {
  const shard& in = of(number);
  const std::lock_guard lock(in.mutex);
  return in.forgotten;
}

void recent_keys::put(std::uint64_t number, const key& one, std::uint64_t moment) {
  if (number == 0) return;
  shard& in = of(number);
  const std::size_t at = place_of(number);
  const std::lock_guard lock(in.mutex);
  if (in.forgotten != moment) return;
  in.numbers[at] = number;
  in.keys[at] = one;
}

void recent_keys::forget(std::uint64_t number) {
  shard& in = of(number);
  const std::size_t at = place_of(number);
  const std::lock_guard lock(in.mutex);
  ++in.forgotten;
  if (in.numbers[at] != number) return;
  in.numbers[at] = 0;
  in.keys[at] = key();
}

}  // namespace weir::personal
