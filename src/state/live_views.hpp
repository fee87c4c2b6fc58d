#pragma once

#include <any>

#include "domain/catalog.hpp"
#include "state/view_table.hpp"
#include "store/store.hpp"

namespace weir {

/// Changes the rows of those of an event's views that every commit keeps up with the log, in the batch that the event
/// is written with. Throws fatal_error if the store cannot be read, and whatever a projection throws.
void apply_to_live_views(const catalog::event_place& what, const std::any& event, const recording& recorded,
                         const view_table& views, store::batch& changes);

}  // namespace weir
