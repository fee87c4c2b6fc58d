#pragma once

namespace weir::event_text {

/// How a line of an export holds an event: as GET shows it, or as a CloudEvent 1.0.
enum class event_format { events, cloudevents };

}  // namespace weir::event_text
