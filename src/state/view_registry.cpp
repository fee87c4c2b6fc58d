#include "state/view_registry.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "state/stored_view.hpp"

namespace weir {
namespace {

error damaged(const std::string& name, const std::string& why) {
  return {errc::corrupt, "the stored description of the rows in " + name + " is damaged: " + why};
}

std::string encoded(const view_family& one, bool retired = false) {
  return encoded(stored_view{one.serving, one.checkpoint, one.shape, retired});
}

}  // namespace

result<std::unique_ptr<view_registry>> view_registry::open(store& in, const catalog& domains, position head) {
  std::unique_ptr<view_registry> registry(new view_registry(in));
  for (const domain& one : domains.domains()) {
    for (const projection_type& projection : one.projections) registry->projections_.push_back(&projection);
  }
  const auto named = in.get(registry->meta_, views_named_key);
  if (!named) return named.error();
  if (!*named) {
    if (const auto adopted = registry->adopt(domains, head); !adopted) return adopted.error();
  }
  if (const auto done = registry->read(); !done) return done.error();
  for (const projection_type* projection : registry->projections_) {
    if (const auto settled = registry->settle(*projection, head); !settled) return settled.error();
  }
  for (auto& [name, of] : registry->known_) {
    const bool served = std::any_of(registry->projections_.begin(), registry->projections_.end(),
                                    [&name = name](const projection_type* one) { return one->name == name; });
    if (served || !of.serving || of.serving->checkpoint) continue;
    spdlog::info("the view {} is unknown to this program; its rows are kept as they are", name);
    if (const auto frozen = registry->freeze(*of.serving, head); !frozen) return frozen.error();
  }
  registry->publish();
  return registry;
}

/// Writes the existing families to `meta`: in format 1 every commit updated all of them.
result<> view_registry::adopt(const catalog& domains, position head) {
  auto batch = store_.begin();
  for (const std::string& name : store_.names(view_family_prefix)) {
    const auto parsed = read_view_family_name(name);
    if (!parsed) continue;
    view_family one{name, parsed->version, store_.find(name), true, head, {}};
    for (const domain& of : domains.domains()) {
      for (const projection_type& projection : of.projections) {
        if (projection.name != parsed->projection || projection.version != parsed->version) continue;
        one.checkpoint = std::nullopt;
        one.shape = projection.shape;
      }
    }
    batch.put(meta_, name, encoded(one));
  }
  batch.put(meta_, views_named_key, "1");
  return store_.write(batch, store::durability::durable);
}

result<> view_registry::read() {
  for (const std::string& name : store_.names(view_family_prefix)) {
    const auto parsed = read_view_family_name(name);
    const auto value = store_.get(meta_, name);
    if (!value) return value.error();
    if (!*value || !parsed) {
      spdlog::info("dropping {}, which is incomplete", name);
      family_lease nobody;
      drop(name, nobody);
      continue;
    }
    auto stored = read_stored_view(name, **value);
    if (!stored) return stored.error();
    if (stored->retired) {
      family_lease nobody;
      drop(name, nobody);
      continue;
    }
    view_family one{
        name, parsed->version, store_.find(name), stored->serving, stored->checkpoint, std::move(stored->shape)};
    families& of = known_[parsed->projection];
    auto& place = one.serving ? of.serving : of.building;
    if (place) return damaged(name, place->name + " already has the same role");
    place = std::move(one);
  }
  return forget_dropped();
}

/// Erases the rows in `meta` of dropped families.
result<> view_registry::forget_dropped() {
  const auto present = store_.names(view_family_prefix);
  auto batch = store_.begin();
  auto cursor = store_.scan(meta_);
  for (cursor.seek(view_family_prefix); cursor.valid() && cursor.key().starts_with(view_family_prefix); cursor.next()) {
    if (std::find(present.begin(), present.end(), cursor.key()) == present.end()) batch.erase(meta_, cursor.key());
  }
  if (const auto status = cursor.status(); !status) return status;
  return batch.empty() ? result<>{} : store_.write(batch, store::durability::durable);
}

/// Reconciles the stored families with the program's projection.
result<> view_registry::settle(const projection_type& projection, position head) {
  families& of = known_[projection.name];
  const auto is_current = [&](const std::optional<view_family>& one) {
    return one && one->version == projection.version && one->shape == projection.shape;
  };

  if (of.building && !is_current(of.building)) {
    auto batch = store_.begin();
    batch.put(meta_, of.building->name, encoded(*of.building, true));
    if (const auto written = store_.write(batch, store::durability::durable); !written) return written;
    drop(of.building->name, *of.building->lease);
    of.building.reset();
  }

  if (is_current(of.serving)) {
    view_family& serving = *of.serving;
    if (projection.async) {
      if (serving.checkpoint) return {};
      return freeze(serving, head);
    }
    if (!serving.checkpoint || *serving.checkpoint != head) return {};
    serving.checkpoint.reset();
    return write(serving);
  }

  if (of.serving && !of.serving->checkpoint) {
    if (const auto frozen = freeze(*of.serving, head); !frozen) return frozen;
  }
  if (!of.building) {
    if (head.value != 0) {
      spdlog::info("building new rows for the view {}: {}", projection.name,
                   of.serving ? "its version or the shape of its rows has changed" : "it has no rows yet");
    }
    auto made = create(projection);
    if (!made) return made.error();
    of.building = std::move(*made);
  }
  if (head.value != 0) return {};
  // An empty log: there is nothing to build.
  auto batch = store_.begin();
  view_family complete = *of.building;
  complete.serving = true;
  complete.checkpoint = projection.async ? std::optional<position>{head} : std::nullopt;
  if (const auto put = put_promotion(batch, projection, complete); !put) return put;
  if (const auto written = store_.write(batch, store::durability::durable); !written) return written;
  if (of.serving) drop(of.serving->name, *of.serving->lease);
  of.serving = std::move(complete);
  of.building.reset();
  return {};
}

/// Freezes the rows at this position.
result<> view_registry::freeze(view_family& one, position at) {
  one.checkpoint = at;
  return write(one);
}

result<view_family> view_registry::create(const projection_type& projection) {
  view_family_name name{projection.name, projection.version};
  const auto taken = store_.names(view_family_prefix);
  while (std::find(taken.begin(), taken.end(), name.text()) != taken.end()) ++name.generation;
  const auto rows = store_.create({.name = name.text(), .looked_up = true});
  if (!rows) return rows.error();
  view_family made{name.text(), projection.version, *rows, false, position{}, projection.shape};
  if (const auto written = write(made); !written) return written.error();
  return made;
}

result<> view_registry::write(const view_family& one) {
  auto batch = store_.begin();
  put_checkpoint(batch, one);
  return store_.write(batch, store::durability::durable);
}

void view_registry::drop(const std::string& name, family_lease& lease) {
  auto dropped = store_.drop(name);
  if (dropped) {
    lease.dropped = std::move(*dropped);
  } else {
    spdlog::warn("cannot drop {}; the next start tries again: {}", name, dropped.error().detail);
  }
}

void view_registry::publish() {
  auto table = std::make_shared<view_table>();
  for (const projection_type* projection : projections_) {
    view_table::entry entry;
    entry.projection = projection->name;
    entry.async = projection->async;
    const auto& serving = known_[projection->name].serving;
    // Rows of an earlier version have the meaning that program gave them; those of another shape cannot even be read.
    if (serving && serving->shape == projection->shape) {
      entry.family_name = serving->name;
      entry.rows = serving->rows;
      entry.lease = serving->lease;
      entry.live = !serving->checkpoint && serving->version == projection->version && !projection->async;
    }
    table->entries.emplace(projection->view, std::move(entry));
  }
  table_ = std::move(table);
}

std::shared_ptr<const view_table> view_registry::current() const {
  const std::lock_guard lock(mutex_);
  return table_;
}

view_registry::work view_registry::work_for(const projection_type& projection) const {
  const std::lock_guard lock(mutex_);
  const families& of = known_.at(projection.name);
  work found;
  const bool follows = of.serving && of.serving->checkpoint && of.serving->version == projection.version &&
                       of.serving->shape == projection.shape;
  if (follows) found.serving = of.serving;
  found.building = of.building;
  return found;
}

result<view_family> view_registry::begin_building(const projection_type& projection) {
  const std::lock_guard lock(mutex_);
  families& of = known_.at(projection.name);
  if (of.building) return error{errc::in_use, "the projection " + projection.name + " is being rebuilt already"};
  auto made = create(projection);
  if (made) of.building = *made;
  return made;
}

result<std::optional<position>> view_registry::checkpoint_of(const store& in, std::string_view family_name,
                                                             const store::snapshot& at) {
  const auto value = in.get(in.find("meta"), family_name, at);
  if (!value) return value.error();
  if (!*value) return damaged(std::string(family_name), "it is not there");
  const auto stored = read_stored_view(family_name, **value);
  if (!stored) return stored.error();
  return stored->checkpoint;
}

void view_registry::put_checkpoint(store::batch& changes, const view_family& of) const {
  changes.put(meta_, of.name, encoded(of));
}

result<> view_registry::put_promotion(store::batch& changes, const projection_type& projection,
                                      const view_family& complete) const {
  changes.put(meta_, complete.name, encoded(complete));
  const std::lock_guard lock(mutex_);
  const auto& serving = known_.at(projection.name).serving;
  if (!serving || serving->name == complete.name) return {};
  // Not erased before the next start: a reader with an earlier table may still ask for its checkpoint. Only `meta`
  // holds it: a follower updates its checkpoint only there.
  view_family retired = *serving;
  if (retired.checkpoint) {
    const auto reached = checkpoint_of(store_, retired.name, store_.take_snapshot());
    if (!reached) return reached.error();
    retired.checkpoint = *reached;
  }
  changes.put(meta_, retired.name, encoded(retired, true));
  return {};
}

bool view_registry::is_known(const projection_type& projection, const view_family& one) const {
  const std::lock_guard lock(mutex_);
  const families& of = known_.at(projection.name);
  return (of.serving && of.serving->name == one.name) || (of.building && of.building->name == one.name);
}

result<view_registry::outcome> view_registry::write_rows(store::batch& changes, const projection_type& projection,
                                                         const view_family& further) {
  const std::lock_guard lock(writing_);
  if (!is_known(projection, further)) return outcome::replaced;
  put_checkpoint(changes, further);
  const auto done = store_.write(changes, store::durability::operating_system);
  if (!done) return done.error();
  return outcome::written;
}

result<view_registry::outcome> view_registry::promote(store::batch& changes, const projection_type& projection,
                                                      view_family complete) {
  const std::lock_guard lock(writing_);
  if (!is_known(projection, complete)) return outcome::replaced;
  if (const auto put = put_promotion(changes, projection, complete); !put) return put.error();
  if (const auto done = store_.write(changes, store::durability::durable); !done) return done.error();
  const std::lock_guard names(mutex_);
  families& of = known_.at(projection.name);
  if (of.serving && of.serving->name != complete.name) drop(of.serving->name, *of.serving->lease);
  if (of.building && of.building->name == complete.name) of.building.reset();
  of.serving = std::move(complete);
  publish();
  return outcome::written;
}

}  // namespace weir
