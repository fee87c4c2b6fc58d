#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "log/commit_log.hpp"

namespace weir {

/// When the log's last event was recorded, which none after it may be before; the epoch of an empty log. Errors:
/// errc::corrupt, errc::io.
[[nodiscard]] result<timestamp> last_recorded_in(const journal& log);

}  // namespace weir
