#include "server/signals.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <spdlog/spdlog.h>

namespace weir {
namespace {

/// Between two looks at files that may have changed.
constexpr timespec look_interval{2, 0};

struct named_signal {
  int number;
  const char* name;
};
constexpr std::array stopping{named_signal{SIGTERM, "SIGTERM"}, named_signal{SIGINT, "SIGINT"},
                              named_signal{SIGQUIT, "SIGQUIT"}};
constexpr std::array meaningless{named_signal{SIGUSR1, "SIGUSR1"}, named_signal{SIGUSR2, "SIGUSR2"}};

template <std::size_t count>
void add(sigset_t& to, const std::array<named_signal, count>& signals) {
  for (const auto& each : signals) sigaddset(&to, each.number);
}

sigset_t those_that_stop() {
  sigset_t set;
  sigemptyset(&set);
  add(set, stopping);
  return set;
}

sigset_t all_that_are_waited_for() {
  sigset_t set = those_that_stop();
  add(set, meaningless);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

server_signals::server_signals() {
  const sigset_t waited_for = all_that_are_waited_for();
  if (pthread_sigmask(SIG_BLOCK, &waited_for, nullptr) != 0) throw std::logic_error("signals cannot be blocked");
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool server_signals::stop_is_pending() const {
  sigset_t pending;
  if (sigpending(&pending) != 0) return false;
  return std::any_of(stopping.begin(), stopping.end(),
                     [&pending](const named_signal& each) { return sigismember(&pending, each.number) == 1; });
}

void server_signals::wait_for_stop(reloads& what) {
  const sigset_t waited_for = all_that_are_waited_for();
  while (true) {
    const int caught =
        what.empty() ? sigwaitinfo(&waited_for, nullptr) : sigtimedwait(&waited_for, nullptr, &look_interval);
    if (caught < 0 && errno == EINTR) continue;
    if (caught < 0 && errno == EAGAIN) {
      what.changed();
      continue;
    }
    if (caught < 0) throw std::logic_error("signals cannot be waited for");
    for (const auto& each : stopping) {
      if (each.number != caught) continue;
      const sigset_t again = those_that_stop();
      if (pthread_sigmask(SIG_UNBLOCK, &again, nullptr) != 0) throw std::logic_error("signals cannot be unblocked");
      spdlog::info("stopping on {}", each.name);
      return;
    }
    if (caught == SIGHUP && what.empty()) {
      spdlog::info("SIGHUP received: nothing was reloaded, no setting can change while weir runs");
    } else if (caught == SIGHUP) {
      spdlog::info("SIGHUP received");
      what.all();
    }
    for (const auto& each : meaningless) {
      if (each.number == caught) spdlog::info("{} received and ignored", each.name);
    }
  }
}

}  // namespace weir
