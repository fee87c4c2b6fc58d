#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/caller.hpp"
#include "base/error.hpp"

namespace spdlog::sinks {
class sink;
}

namespace weir::auth {

/// One line of the audit log.
struct audit_entry {
  const caller* who = nullptr;  ///< null or without a name: nobody is known
  std::string_view address{};   ///< of the client: 192.0.2.1:40000
  std::string_view action{};    ///< POST /commands, rpc UsersService.execute, reload
  std::string_view subject{};   ///< what it was about: createUser user-u1; "" if there is nothing to say
  std::string_view outcome{};   ///< done, refused, unauthenticated, forbidden, failed
  int status = 0;               ///< of HTTP; 0: none
  std::string_view detail{};    ///< why; "" if there is nothing to say
  std::string_view trace{};
};

/// The audit log: who did what, and what came of it, as one JSON object per line. Apart from the diagnostic log.
///
/// Files:        the file, of mode 0600, and the nine before it of 64 MiB each (FILE.1 is the youngest: audit.1.log).
/// Delay:        a line is in the file within about 20 ms: those of a moment are written together.
/// Limit:        4 MiB wait for the disk; lines beyond that are dropped and counted. Of refusals 10 a second are
///               written for callers who are not known, and 100 for those who are, each apart; the next line says how
///               many more there were. A text is cut after 256 bytes.
/// Concurrency:  any number of threads; none waits for the disk.
class audit_log {
 public:
  static constexpr std::size_t usual_waiting_bytes_max = 4u << 20;

  /// Errors: errc::io if the file cannot be written.
  [[nodiscard]] static result<std::unique_ptr<audit_log>> open(const std::filesystem::path& file,
                                                               std::size_t waiting_bytes_max = usual_waiting_bytes_max);
  ~audit_log();
  audit_log(const audit_log&) = delete;
  audit_log& operator=(const audit_log&) = delete;

  void write(const audit_entry& entry);
  /// The same, for refusals.
  void write_limited(const audit_entry& entry);

  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  /// Lines that were lost because the disk was too slow, or could not be written.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  /// Refusals that were left out by the limits.
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  audit_log(std::filesystem::path file, std::shared_ptr<spdlog::sinks::sink> sink, std::size_t waiting_bytes_max);

  /// What one kind of caller may write in a second.
  struct allowance {
    std::string_view of;
    std::uint64_t per_second;
    std::chrono::steady_clock::time_point second_begun{};
    std::uint64_t in_this_second = 0, left_out = 0;
  };
  [[nodiscard]] bool takes(allowance& from);
  void tell_what_was_left_out(bool all);
  void add(const audit_entry& entry);
  void keep_writing();
  void write_to_file(const std::string& lines);

  const std::filesystem::path file_;
  const std::shared_ptr<spdlog::sinks::sink> sink_;
  const std::size_t waiting_bytes_max_;
  std::atomic<std::uint64_t> lines_{0}, dropped_{0}, left_out_{0};

  std::mutex mutex_;  ///< guards the next three
  std::condition_variable changed_;
  std::string waiting_;  ///< whole lines
  bool ends_ = false;

  std::atomic<bool> something_was_left_out_{false};  ///< and no line says so yet
  std::mutex limit_;                                 ///< guards the two
  allowance strangers_{.of = "callers who are not known", .per_second = 10};
  allowance known_{.of = "known callers", .per_second = 100};
  bool failing_ = false;  ///< the last lines could not be written; of the writer's thread
  std::thread writer_;
};

}  // namespace weir::auth
