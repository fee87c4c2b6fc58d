#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "event_text/event_format.hpp"

namespace weir {

struct import_settings {
  std::filesystem::path data;
  std::string from = "-";  ///< a file, or - for standard input
  event_text::event_format format = event_text::event_format::events;
};

/// Takes up what export_log() wrote, an event a line, into a data directory that no server runs on; it is made if it is
/// not there. Blank lines are passed over, and so are events that are there already. Says on standard error what was
/// done. Errors: as open_storage; errc::io; errc::invalid with the number of the line that cannot be taken, and where
/// the log ends: with what stands before that line.
[[nodiscard]] result<> import_log(const import_settings& settings, const catalog& domains);

}  // namespace weir
