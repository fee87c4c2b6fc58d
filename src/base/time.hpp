#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// A moment, in microseconds since the epoch, UTC: the time format of the event log.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The wall clock, now.
[[nodiscard]] timestamp wall_clock_now();

/// RFC 3339 in UTC with six digits after the second, so that times sort as text: 2026-11-23T03:20:00.120000Z. Nothing
/// outside the years 0000 to 9999.
[[nodiscard]] std::optional<std::string> to_rfc3339(timestamp time);

/// The same with just as many digits after the second as are needed, 0, 3 or 6: 2026-11-23T03:20:00.120Z. Stored names
/// have this form, and must keep it: stream names and names in the stored schema.
[[nodiscard]] std::optional<std::string> to_shortest_rfc3339(timestamp time);

/// Any date-time of RFC 3339 (section 5.6), with any offset and any number of digits after the second (those beyond six
/// are dropped). Nothing for any other text.
[[nodiscard]] std::optional<timestamp> from_rfc3339(std::string_view text);

/// The day of a moment, UTC: 2026-11-23.
[[nodiscard]] std::string to_day(timestamp time);

/// Whether a text is a day of the calendar, written as 2026-11-23 (RFC 3339, full-date). 2026-02-30 is not.
[[nodiscard]] bool is_day(std::string_view text);

}  // namespace weir
