#pragma once

#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "log/recorded_event.hpp"

namespace weir::event_text {

/// Appends a recorded event as JSON, the event itself as its domain's union Event.
/// Errors: errc::newer_format for an event that no domain knows, errc::corrupt.
[[nodiscard]] result<> append_recorded_event(std::string& json, const recorded_event& event, const catalog& domains);

}  // namespace weir::event_text
