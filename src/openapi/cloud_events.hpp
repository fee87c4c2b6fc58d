#pragma once

#include "openapi/document_parts.hpp"

namespace weir::openapi {

/// A batch of CloudEvents 1.0 in JSON: recorded events as other systems take events.
[[nodiscard]] json cloud_events_schema(draft& of);

}  // namespace weir::openapi
