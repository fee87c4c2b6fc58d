#include "server/stop_flag.hpp"

#include <csignal>

namespace weir {
namespace {

std::atomic<bool> stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

void set_stop(int) { stop = true; }

void handle(void (*handler)(int), int flags) {
  struct sigaction how {};
  how.sa_handler = handler;
  how.sa_flags = flags;
  sigemptyset(&how.sa_mask);
  for (const int signal : {SIGTERM, SIGINT}) sigaction(signal, &how, nullptr);
}

}  // namespace

stop_flag::stop_flag() { handle(&set_stop, static_cast<int>(SA_RESETHAND)); }

stop_flag::~stop_flag() { handle(SIG_DFL, 0); }

const std::atomic<bool>* stop_flag::flag() const { return &stop; }

}  // namespace weir
