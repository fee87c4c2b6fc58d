#pragma once

namespace weir::event_text {

/// The format of an event in an export: as GET /events returns it, or as a CloudEvent 1.0.
enum class event_format { events, cloudevents };

}  // namespace weir::event_text
