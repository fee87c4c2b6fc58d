#include "state/view_builder.hpp"

#include "base/limits.hpp"
#include "state/fold.hpp"
#include "state/hidden_rows.hpp"
#include "state/row_access.hpp"

namespace weir {
namespace {

/// The category of the streams that a projection reads; "" if its domain has several.
std::string category_for(const domain& of) { return of.aggregates.size() == 1 ? of.aggregates.front()->category : ""; }

}  // namespace

view_builder::view_builder(applied_state& state, const domain& of, const projection_type& projection)
    : state_(state), domain_(of), projection_(projection), category_(category_for(of)) {}

result<log_part> view_builder::read(position after) const {
  return state_.scan(after, category_, limits::projection_batch_events, limits::scanned_events_max);
}

/// Applies events to a batch. If one fails, `reached` is the position before it.
std::optional<view_builder::fault> view_builder::apply(store::batch& changes, const view_family& target,
                                                       const log_part& part, position& reached) const {
  const position before = reached;
  batch_sink rows(changes, target.rows);
  for (const stored_event& one : part.events) {
    const auto found = find_event(state_.domains(), one.bytes, one.stream, one.sequence);
    if (!found) {
      // Its position may be as unreadable as the rest of it: nothing of this part is taken.
      reached = before;
      return fault{before.next(), found.error()};
    }
    if (found->place->of != &domain_ || !takes(projection_, *found->place)) continue;
    changes.mark();
    try {
      const std::any event = found->decode();
      with_hidden_keys(rows, projection_, state_.keys(), [&](row_sink& into) {
        fold_into_rows(projection_, {*found->place, event, found->recorded}, into);
      });
      changes.drop_mark();
    } catch (const std::exception& e) {
      changes.back_to_mark();
      reached = position{found->recorded.position.value - 1};
      return fault{found->recorded.position, {errc::corrupt, e.what()}};
    }
  }
  reached = part.last;
  return std::nullopt;
}

view_builder::advanced view_builder::advance(const view_family& target, const log_part& part) {
  const position before = *target.checkpoint;
  advanced done;
  done.reached = before;
  auto changes = state_.store().begin();
  position reached = before;
  done.stop = apply(changes, target, part, reached);
  done.changed = !changes.empty();
  if (reached == before) return done;
  view_family further = target;
  further.checkpoint = reached;
  const auto written = state_.views().write_rows(changes, projection_, further);
  if (!written) {
    done.stop = fault{before.next(), written.error()};
  } else if (*written == view_registry::outcome::replaced) {
    done.replaced = true;
  } else {
    done.reached = reached;
  }
  return done;
}

std::variant<view_builder::promoted, view_builder::fault> view_builder::promote(const view_family& target) {
  position reached = *target.checkpoint;
  if (state_.last().value - reached.value > 4 * last_events_max) return promoted{outcome::too_far, target};
  auto changes = state_.store().begin();
  while (reached < state_.last()) {
    const auto part = read(reached);
    if (!part) return fault{reached.next(), part.error()};
    if (auto stop = apply(changes, target, *part, reached)) return std::move(*stop);
  }
  // Rows of subjects that were erased while this family was built.
  if (state_.keys() && projection_.has_personal_keys) {
    const auto erased = state_.known_subjects().erased();
    if (!erased) return fault{reached.next(), erased.error()};
    for (const keyed_subject& each : *erased) erase_hidden_rows(changes, target.rows, each.key);
  }
  view_family complete = target;
  complete.serving = true;
  complete.checkpoint = projection_.async ? std::optional(reached) : std::nullopt;
  const auto written = state_.views().promote(changes, projection_, complete);
  if (!written) return fault{reached.next(), written.error()};
  if (*written == view_registry::outcome::replaced) return promoted{outcome::replaced, target};
  return promoted{outcome::serves, std::move(complete)};
}

}  // namespace weir
