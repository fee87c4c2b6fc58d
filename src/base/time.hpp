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

/// RFC 3339 in UTC with six digits after the second, so that times sort as text: 2026-11-23T03:20:00.120000Z.
/// Years 0000 to 9999; outside of them nothing.
[[nodiscard]] std::optional<std::string> to_rfc3339(timestamp time);

/// The same with just as many digits after the second as are needed, 0, 3 or 6: 2026-11-23T03:20:00.120Z. Names that
/// are stored have this form, and keep it: streams' and those in the schema of stored events.
[[nodiscard]] std::optional<std::string> to_shortest_rfc3339(timestamp time);

/// Any date-time of RFC 3339 (section 5.6), an offset and any number of digits after the second included (beyond six
/// they are cut off). Nothing for another text.
[[nodiscard]] std::optional<timestamp> from_rfc3339(std::string_view text);

/// The day of a moment, UTC: 2026-11-23.
[[nodiscard]] std::string to_day(timestamp time);

/// Whether a text is a day that the calendar has, written as 2026-11-23 (RFC 3339, full-date). 2026-02-30 is none.
[[nodiscard]] bool is_day(std::string_view text);

}  // namespace weir
