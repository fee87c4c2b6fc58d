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
  /// How long the sequencer may be with one batch before the engine says that it is stuck.
  std::chrono::milliseconds stuck_after = limits::sequencer_stuck_after;
  std::uint64_t epoch = 1;  ///< of the commits: who leads, for the how-manyeth time
};

}  // namespace weir
