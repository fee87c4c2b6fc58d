#pragma once

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "server/settings.hpp"

namespace weir {

/// Runs the server of these domains until SIGTERM, SIGINT or SIGQUIT, then stops it: no new connections, requests in
/// progress answered. Errors, each with a sentence that says what to do: errc::invalid for invalid settings (wrong
/// usage); errc::in_use, newer_format, corrupt, io if it cannot start.
[[nodiscard]] result<> serve(const serve_settings& settings, const catalog& domains);

}  // namespace weir
