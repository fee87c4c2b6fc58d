#pragma once

#include "openapi/document_parts.hpp"

namespace weir::openapi {

/// A batch of CloudEvents 1.0 in JSON: recorded events for other systems.
[[nodiscard]] json cloud_events_schema(draft& of);

}  // namespace weir::openapi
