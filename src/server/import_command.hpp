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

/// Imports what export_log() wrote, one event per line, into a data directory that no server runs on; creates it if it
/// does not exist. Skips blank lines and events that exist already. Reports the result on standard error. Errors: as
/// open_storage; errc::io; errc::invalid with the number of the faulty line and the end of the event log: the lines
/// before it were imported, as whole commands.
[[nodiscard]] result<> import_log(const import_settings& settings, const catalog& domains);

}  // namespace weir
