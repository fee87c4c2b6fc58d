#include "base/scheduling.hpp"

#include <pthread.h>
#include <sched.h>

namespace weir {

void use_batch_scheduling() {
  const sched_param no_priority{};
  static_cast<void>(pthread_setschedparam(pthread_self(), SCHED_BATCH, &no_priority));
}

}  // namespace weir
