#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// A moment, in microseconds since the epoch, UTC. What the log records.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The wall clock, now.
[[nodiscard]] timestamp wall_clock_now();

/// RFC 3339 in UTC with just as many digits after the second as are needed, 0, 3 or 6: 2026-11-23T03:20:00.123456Z.
/// Years 0000 to 9999; outside of them nothing.
[[nodiscard]] std::optional<std::string> to_rfc3339(timestamp time);

/// Any date-time of RFC 3339 (section 5.6), an offset and up to nine digits after the second included (beyond six they
/// are cut off). Nothing for another text.
[[nodiscard]] std::optional<timestamp> from_rfc3339(std::string_view text);

/// The day of a moment, UTC: 2026-11-23.
[[nodiscard]] std::string to_day(timestamp time);

}  // namespace weir
