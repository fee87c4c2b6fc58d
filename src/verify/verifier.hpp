#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/time.hpp"
#include "state/applied_state.hpp"
#include "verify/pace.hpp"

namespace weir {

struct verifier_options {
  std::filesystem::path directory;  ///< of the data
  std::chrono::seconds every{0};    ///< between two verifications that nobody asks for; 0: there are none
  /// That are read, so that a verification is not in the way of anything else.
  std::uint64_t bytes_per_second = 32u << 20;
};

/// Verifies the store of a running server, at low priority: when it is asked to, and again and again by itself.
///
/// Memory of it:  the file `last-verification` in the data directory has the last report, and since when it is done. So
///                the time of the next one does not depend on restarts. A verification that a stop has interrupted is
///                begun again at the next start.
/// Concurrency:   every function from any thread. One verification at a time, on a thread of its own.
/// Lifetime:      the state, its store and its catalog outlive it.
class verifier {
 public:
  verifier(applied_state& of, verifier_options how);
  ~verifier();
  verifier(const verifier&) = delete;
  verifier& operator=(const verifier&) = delete;

  /// Begins a verification, unless one is running already. False while stopping.
  bool begin();

  /// Ends a verification that is running.
  void stop();

  /// A verification that has ended.
  struct ended_run {
    bool is_sound = false;
    std::uint64_t faults = 0, events = 0, bytes = 0;
    timestamp began, ended;
    std::string report;  ///< as JSON
  };
  struct status {
    std::optional<timestamp> running_since;
    verification_progress progress;  ///< of the running one
    std::optional<ended_run> last;
    std::optional<timestamp> next;  ///< of those that nobody asks for
    std::string failure;            ///< why the last attempt came to no result; "": it did
    std::uint64_t completed = 0;    ///< since the start of the process
  };
  [[nodiscard]] status now() const;

 private:
  void work(const std::stop_token& stopping);
  void verify(const std::stop_token& stopping);
  void read_file();
  void write_file() const;
  [[nodiscard]] std::optional<timestamp> next_by_itself() const;

  applied_state& state_;
  const verifier_options how_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool asked_ = false;                   ///< guarded by mutex_, as are those below
  timestamp since_;                      ///< when the first one was waited for
  std::optional<timestamp> not_before_;  ///< after an attempt that failed
  status status_;
  std::jthread thread_;
};

}  // namespace weir
