#pragma once

#include <string>

namespace weir {

enum class log_format { automatic, json, text };

/// Sends the diagnostic log to standard error from now on: one JSON object a line (`{"time", "level", "message"}`), or
/// text; automatic means text on a terminal and JSON elsewhere. `level` is one of trace, debug, info, warn, error,
/// critical, off.
void set_up_logging(log_format format, const std::string& level);

}  // namespace weir
