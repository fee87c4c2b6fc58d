#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/limits.hpp"

namespace weir {

struct engine_options {
  std::size_t queued_commands_max = limits::queued_commands_max;
  std::size_t batch_commands_max = limits::batch_commands_max;
  std::size_t batch_bytes_max = limits::batch_bytes_max;
  std::size_t cached_aggregates_max = limits::cached_aggregates_max;
  /// How long one batch, write or promotion may take before the sequencer is reported as stuck.
  std::chrono::milliseconds stuck_after = limits::sequencer_stuck_after;
  std::uint64_t epoch = 1;  ///< of the commits: counts the changes of the leader
};

}  // namespace weir
