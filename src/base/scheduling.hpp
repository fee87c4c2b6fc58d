#pragma once

namespace weir {

/// Puts the calling thread under SCHED_BATCH (sched(7)): when it wakes, it does not preempt the thread that runs on its
/// processor. So it finds more work at once, and there are fewer context switches. If the system refuses, only speed is
/// lost.
void use_batch_scheduling();

}  // namespace weir
