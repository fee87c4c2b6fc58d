#pragma once

namespace weir {

/// Puts the calling thread under SCHED_BATCH (sched(7)): woken, it waits for the end of another thread's turn on its
/// processor instead of breaking in. It then finds more to do at once, and threads change places less often. A wish:
/// where the system refuses, only speed is lost.
void use_batch_scheduling();

}  // namespace weir
