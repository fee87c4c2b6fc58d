#pragma once

namespace weir {

/// The signals that a server is sent, from when this is made: before the first thread, so that all threads leave them
/// to it. What comes before it is waited for is kept.
///
/// SIGTERM, SIGINT, SIGQUIT:  stop the server.
/// SIGHUP:                    reloads what can be reloaded, which is nothing at present.
/// SIGUSR1, SIGUSR2:          mean nothing.
/// SIGPIPE, SIGXFSZ:          are ignored: a diagnostic log that nobody reads any more, and a file at the limit of its
///                            size, are errors of the write.
///
/// Lifetime:  once made, SIGHUP, SIGUSR1 and SIGUSR2 never end the process, not even after this is gone.
class server_signals {
 public:
  server_signals();
  server_signals(const server_signals&) = delete;
  server_signals& operator=(const server_signals&) = delete;

  /// Whether one has come that stops the server, for work before it is waited for.
  [[nodiscard]] bool stop_is_pending() const;

  /// Returns at the first signal that stops the server. From then on another one of those ends the process as if nobody
  /// had caught it. Each signal is a line of the diagnostic log.
  void wait_for_stop();
};

}  // namespace weir
