#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "log/migration.hpp"

namespace weir {

/// Says on a terminal how far long work is: one line of standard error that changes. Elsewhere it says nothing.
class progress {
 public:
  /// "exported 1000 of 20000 events": `done` is what stands before the numbers, `things` what they count.
  progress(std::string done, std::string things);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void show(std::uint64_t count, std::uint64_t of);
  /// "imported 1000 events": where nobody knows how many there will be.
  void show(std::uint64_t count);
  /// "imported 1000 events (37 %)": where all that is known is how much there is to go through, in bytes for example.
  void show(std::uint64_t count, std::uint64_t through, std::uint64_t of);

 private:
  void show_text(const std::string& text, bool at_end);

  const std::string done_, things_;
  const bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
};

/// Shows how far a migration of the data is, and lets it go on.
[[nodiscard]] migration_progress show_migration();

}  // namespace weir
