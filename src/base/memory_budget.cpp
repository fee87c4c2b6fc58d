#include "base/memory_budget.hpp"

namespace weir {
namespace {

constexpr std::size_t step = memory_budget::uncounted_bytes;

std::size_t in_steps(std::size_t bytes) { return bytes <= step ? 0 : (bytes + step - 1) / step * step; }

}  // namespace

bool memory_budget::share::try_hold(std::size_t bytes, std::size_t spare) {
  const std::size_t wanted = in_steps(bytes);
  if (wanted <= bytes_) {
    hold(bytes);
    return true;
  }
  const std::size_t more = wanted - bytes_ + spare;
  std::size_t held = of_.held_.load(std::memory_order_relaxed);
  do {
    if (held > of_.bytes_max_ || more > of_.bytes_max_ - held) return false;
  } while (!of_.held_.compare_exchange_weak(held, held + wanted - bytes_, std::memory_order_relaxed));
  bytes_ = wanted;
  return true;
}

void memory_budget::share::hold(std::size_t bytes) {
  const std::size_t wanted = in_steps(bytes);
  if (wanted == bytes_) return;
  of_.held_.fetch_add(wanted - bytes_, std::memory_order_relaxed);  // less: what wraps around comes out right
  bytes_ = wanted;
}

}  // namespace weir
