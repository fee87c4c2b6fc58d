#include "latencies.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

namespace weir::bench {

double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::string latencies::json() {
  constexpr std::array<std::pair<const char*, double>, 6> wanted{
      {{"p50", 0.5}, {"p75", 0.75}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1}}};
  std::sort(microseconds_.begin(), microseconds_.end());
  std::string text;
  for (const auto& [name, part] : wanted) {
    double value = 0;
    if (!microseconds_.empty()) {
      const auto last = static_cast<double>(microseconds_.size() - 1);
      value = microseconds_[static_cast<std::size_t>(part * last + 0.5)];
    }
    std::array<char, 64> member{};
    std::snprintf(member.data(), member.size(), "%s\"%s_us\": %.1f", text.empty() ? "" : ", ", name, value);
    text += member.data();
  }
  return text;
}

}  // namespace weir::bench
