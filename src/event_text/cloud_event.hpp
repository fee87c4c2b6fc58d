#pragma once

#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "log/recorded_event.hpp"

namespace weir::event_text {

/// Appends a recorded event as a CloudEvent 1.0 in JSON.
///
///   id               eventId                       source  /streams/<stream>
///   type             the event's name: userCreated  subject  the stream
///   time             recordedAt                    data    the event's struct
///   traceparent      as the extension for distributed tracing has it
///   weirposition, weirsequence, weircommandid, weircorrelationid, weircausationid, weiractor
///                    the rest of a RecordedEvent; numbers as strings, since a CloudEvent's integers have 32 bits
///
/// Errors: errc::newer_format for an event that no domain knows, errc::corrupt.
[[nodiscard]] result<> append_cloud_event(std::string& json, const recorded_event& event, const catalog& domains);

}  // namespace weir::event_text
