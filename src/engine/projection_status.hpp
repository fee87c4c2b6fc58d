#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// How a projection stands.
struct projection_status {
  std::string name, domain;
  int version;
  bool async;
  position head;                     ///< of the log
  std::optional<position> reflects;  ///< up to where queries see the log; nothing if there are no rows to answer from
  /// Rows that are being built, to take the place of those that answer.
  struct making {
    position reached;
    double events_per_second = 0;
    std::optional<double> seconds_left;
  };
  std::optional<making> being_built;
  /// It cannot go on, and stands before this event.
  struct failure {
    position at;
    std::string cause;
    unsigned attempts = 0;
    timestamp retry_at;
  };
  std::optional<failure> failed;
};

/// In a word: `failing`; `building` (or catching up); `live`: every commit keeps it up with the log; `following`: it is
/// async.
[[nodiscard]] std::string_view state_of(const projection_status& of);

}  // namespace weir
