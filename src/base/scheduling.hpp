#pragma once

namespace weir {

/// Puts the calling thread under SCHED_BATCH (sched(7)): when it wakes, it does not preempt the thread that runs on its
/// processor. So it finds more work at once, and there are fewer context switches. If the system refuses, only speed is
/// lost.
void use_batch_scheduling();

/// Gives the calling thread, and the threads that it starts, the lowest priority for the processor (nice 19) and for the
/// disk. It still makes progress beside busy threads: it may hold locks that they need. If the system refuses, only
/// other work gets slower.
void use_low_priority();

}  // namespace weir
