#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// The status of a projection.
struct projection_status {
  std::string name, domain;
  int version;
  bool async;
  position head;                     ///< of the log
  std::optional<position> reflects;  ///< what queries reflect; nothing if there are no rows to answer from
  /// Rows that are being built to replace those that serve.
  struct making {
    position reached;
    double events_per_second = 0;
    std::optional<double> seconds_left;
  };
  std::optional<making> being_built;
  /// It is stopped before this event.
  struct failure {
    position at;
    std::string cause;
    unsigned attempts = 0;
    timestamp retry_at;
  };
  std::optional<failure> failed;
};

/// `failing`; `building` (or catching up); `live`: every commit updates it; `following`: it is async.
[[nodiscard]] std::string_view state_of(const projection_status& of);

}  // namespace weir
