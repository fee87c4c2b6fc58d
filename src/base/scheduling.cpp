#include "base/scheduling.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace weir {

void use_batch_scheduling() {
  const sched_param no_priority{};
  static_cast<void>(pthread_setschedparam(pthread_self(), SCHED_BATCH, &no_priority));
}

void use_low_priority() {
  // Of a thread, although POSIX says of a process: both are Linux's own.
  static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19));
  constexpr int this_thread = 1, best_effort_class = 2, lowest = 7, class_shift = 13;
  static_cast<void>(syscall(SYS_ioprio_set, this_thread, 0, best_effort_class << class_shift | lowest));
}

}  // namespace weir
