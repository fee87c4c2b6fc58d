#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "backup/archive.hpp"
#include "backup/server_client.hpp"
#include "base/error.hpp"

namespace weir::backup {

/// Follows a server's event log into an archive.
///
/// Connection:   after a failure it connects again, with growing pauses, and goes on after the last commit it has. Only
///               what trying again cannot mend ends it; with `once` also six failures in a row.
/// Delay:        a commit counts at the latest a quarter of a second after it came, plus the time of a write and a sync.
struct following {
  server_settings server;
  bool once = false;                        ///< ends when everything is there that the server has
  const std::atomic<bool>* stop = nullptr;  ///< ends it when it becomes true; everything that came is kept
  std::function<void(const std::string&)> told = [](const std::string&) {};  ///< about the connection, in sentences
  std::function<void(std::uint64_t commits, std::uint64_t of)> progress = [](auto, auto) {};
  std::chrono::milliseconds first_pause{200}, longest_pause{10'000};
};

/// Errors: errc::stale if the server's log is another one than the archive's, or was restored to an earlier moment;
/// errc::invalid if it refuses; errc::corrupt; errc::io.
[[nodiscard]] result<> follow(archive_writer& into, const following& how);

}  // namespace weir::backup
