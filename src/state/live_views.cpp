#include "state/live_views.hpp"

#include "state/row_access.hpp"

namespace weir {

void apply_to_live_views(const catalog::event_place& what, const std::any& event, const recording& recorded,
                         const view_table& views, store::batch& changes) {
  for (const projection_type& projection : what.of->projections) {
    const view_table::entry& view = views.at(projection.view);
    if (!projection.on[what.index] || !view.live) continue;
    batch_sink sink(changes, view.rows);
    projection.on[what.index](event, recorded, sink);
  }
}

}  // namespace weir
