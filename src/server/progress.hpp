#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "log/migration.hpp"

namespace weir {

/// Shows the progress of long work on a terminal: one line of standard error that is updated. Elsewhere it shows
/// nothing.
class progress {
 public:
  /// "exported 1000 of 20000 events": `done` is the word before the numbers, `things` what they count.
  progress(std::string done, std::string things);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void show(std::uint64_t count, std::uint64_t of);
  /// "imported 1000 events": if their number is unknown.
  void show(std::uint64_t count);
  /// "imported 1000 events (37 %)": if only the amount of input is known, for example in bytes.
  void show(std::uint64_t count, std::uint64_t through, std::uint64_t of);
  /// "verified 1000 events (37 %, 12 s left)": the time at the speed so far.
  void show_with_time_left(std::uint64_t count, std::uint64_t through, std::uint64_t of);

 private:
  void show_text(const std::string& text, bool at_end);

  const std::string done_, things_;
  const bool terminal_;
  bool shown_ = false;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_{};
};

/// Shows the progress of a migration, and never stops it.
[[nodiscard]] migration_progress show_migration();

}  // namespace weir
