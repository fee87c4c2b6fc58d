#pragma once

#include "server/reloads.hpp"

namespace weir {

/// Handles the server's signals. Make it before the first thread, so that all threads block them. A signal that arrives
/// before wait_for_stop() stays pending.
///
/// SIGTERM, SIGINT, SIGQUIT:  stop the server.
/// SIGHUP:                    reloads certificates and whatever else `reloads` holds.
/// SIGUSR1, SIGUSR2:          have no effect.
/// SIGPIPE, SIGXFSZ:          are ignored: a broken pipe of the diagnostic log and a file at its size limit become
///                            errors of the write.
///
/// Lifetime:  once made, SIGHUP, SIGUSR1 and SIGUSR2 never end the process, not even after this is destroyed.
class server_signals {
 public:
  server_signals();
  server_signals(const server_signals&) = delete;
  server_signals& operator=(const server_signals&) = delete;

  /// Whether a signal that stops the server is pending; for long work before wait_for_stop().
  [[nodiscard]] bool stop_is_pending() const;

  /// Returns at the first signal that stops the server. After that, another such signal ends the process by default
  /// action. Each signal is a line of the diagnostic log. Until then it reloads `what` at SIGHUP, and parts of it soon
  /// after their files have changed.
  void wait_for_stop(reloads& what);
};

}  // namespace weir
