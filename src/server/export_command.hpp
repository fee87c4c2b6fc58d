#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "event_text/event_format.hpp"

namespace weir {

struct export_settings {
  std::filesystem::path data;
  std::string to = "-";  ///< a file, or - for standard output
  event_text::event_format format = event_text::event_format::events;
  std::uint64_t after = 0;  ///< a position
};

/// Writes the event log of a data directory that no server runs on, one event per line: as GET /events returns it, or
/// as a CloudEvent. A file gets its name once it is complete. Errors: as open_storage; errc::io; errc::newer_format for
/// an event that no domain knows.
[[nodiscard]] result<> export_log(const export_settings& settings, const catalog& domains);

}  // namespace weir
