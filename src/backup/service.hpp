#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "backup/description.hpp"
#include "backup/set.hpp"
#include "base/error.hpp"
#include "log/log_identity.hpp"
#include "store/store.hpp"

namespace weir::backup {

struct service_options {
  std::filesystem::path data;          ///< the data directory; copies are made in its folder backup-copies
  std::filesystem::path directory;     ///< for own backups; empty: there are none
  std::uint64_t bytes_per_second = 0;  ///< of own backups; 0: as quick as it goes
  std::size_t keep = 0;                ///< own backups that are left; 0: all
  std::string version;                 ///< of Weir
  std::chrono::seconds lease{120};     ///< a client's copy is removed when it was not used for so long
};

/// Backups of a store while it is written to: own ones into a directory, and copies that a client takes away file by
/// file. Both are consistent at one commit.
///
/// Limit:        one at a time.
/// Cost:         files that compactions remove stay on disk while a copy is there.
/// Concurrency:  every function from any thread. Long work is done on a thread of its own.
/// Lifetime:     store and identity outlive it. The destructor stops a backup; nothing of it is visible then.
class service {
 public:
  service(store& of, const log_identity& log, service_options options);
  ~service();
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// A backup that is complete.
  struct success {
    std::string id;
    log_head head;
    timestamp ended_at;
    double seconds = 0;
    std::uint64_t bytes = 0, new_bytes = 0;
    bool by_client = false;
  };
  struct failure {
    timestamp at;
    std::string why;
  };
  struct status {
    bool has_directory = false;
    std::optional<timestamp> running_since;       ///< an own backup
    std::uint64_t done_bytes = 0, all_bytes = 0;  ///< of the one that runs
    std::optional<std::string> copy;              ///< that a client takes
    std::optional<success> last;
    std::optional<failure> last_failure;  ///< nothing once a later one has succeeded
    std::uint64_t successes = 0, failures = 0;
    double last_pause_seconds = 0;  ///< how long writes waited for the last copy
  };
  [[nodiscard]] status state() const;

  /// Begins an own backup. Errors: errc::not_found if there is no directory; errc::in_use.
  [[nodiscard]] result<> begin();

  /// Makes a copy for a client, and calls `done` on the service's thread. The copy is there until end_copy(), or until
  /// its lease is over.
  void begin_copy(std::function<void(result<description>)> done);

  /// Finds a file of the client's copy, and its digest; calls `done` on the service's thread. Renews the lease. Error
  /// errc::not_found.
  struct found_file {
    std::filesystem::path path;
    copied_file what;
  };
  void find_file(std::string id, std::string name, std::function<void(result<found_file>)> done);

  /// Renews the lease.
  void renew(std::string_view id);

  /// Removes the client's copy. `complete`: the client has a whole backup now. Error errc::not_found.
  [[nodiscard]] result<> end_copy(std::string_view id, bool complete);

 private:
  struct client_copy {
    description what;
    std::chrono::steady_clock::time_point used;
    std::chrono::steady_clock::time_point begun;
  };
  class local_source;
  void run();
  void post(std::function<void()> job);
  [[nodiscard]] result<description> make_copy(const std::filesystem::path& to);
  void back_up();
  [[nodiscard]] result<std::string> digest_of(const std::filesystem::path& file);
  void remove(const std::string& id) const;
  [[nodiscard]] std::filesystem::path copies() const { return options_.data / "backup-copies"; }
  [[nodiscard]] error busy() const;

  store& store_;
  const log_identity& log_;
  const service_options options_;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;  ///< guarded by mutex_, as are the next ones
  status state_;
  bool copying_ = false;  ///< a client's copy is being made
  std::optional<client_copy> copy_;
  /// Digests of files that do not change, by name, size and time of the last change. Used on the service's thread.
  std::map<std::string, std::string> digests_;
  std::thread thread_;  // last
};

}  // namespace weir::backup
