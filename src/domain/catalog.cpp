#include "domain/catalog.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/digest.hpp"
#include "schema/shape_text.hpp"

namespace weir {

std::size_t domain::event_index(std::string_view event_name) const {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].name == event_name) return i;
  }
  return npos;
}

const schema::structure& shape_named(const schema::idl& in, std::string_view type) {
  const auto last = type.rfind(':');
  const auto name = last == type.npos ? type : type.substr(last + 1);
  const schema::structure* shape = in.find(name);
  if (!shape) throw std::logic_error("the IDL has no struct " + std::string(name));
  return *shape;
}

std::string hashed_shape(const schema::idl& in, std::string_view type, int version) {
  return sha256(schema::shape_text(shape_named(in, type)) + " " + std::to_string(version));
}

std::string_view category_of(std::string_view stream) { return stream.substr(0, stream.find('-')); }

catalog::catalog(std::vector<domain> domains) : domains_(std::move(domains)) {
  std::set<std::string> views;
  std::set<std::string> paths;
  const auto once = [](bool is_new, std::string_view what, std::string_view name) {
    if (!is_new) throw std::logic_error("two domains have the " + std::string(what) + " " + std::string(name));
  };
  for (const domain& one : domains_) {
    for (const auto& command : one.commands)
      once(commands_.emplace(command->name, command.get()).second, "command", command->name);
    for (std::size_t i = 0; i < one.events.size(); ++i) {
      once(events_.emplace(one.events[i].name, event_place{&one, i}).second, "event", one.events[i].name);
      events_by_type_.emplace(one.events[i].type, event_place{&one, i});
    }
    for (const auto& aggregate : one.aggregates) {
      once(aggregates_.emplace(aggregate->category, aggregate.get()).second, "stream category", aggregate->category);
      if (one.personal) personal_aggregates_.insert(aggregate.get());
    }
    for (const auto& projection : one.projections) {
      once(views.insert(projection.name).second, "view", projection.name);
      if (one.personal) personal_views_.emplace(projection.view, &projection);
    }
    for (const auto& query : one.queries) {
      if (!query->method->path.empty()) once(paths.insert(query->method->path).second, "path", query->method->path);
    }
  }
}

namespace {

template <class Map, class Key>
auto* find_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const command_type* catalog::find_command(std::string_view name) const {
  const auto* found = find_in(commands_, name);
  return found ? *found : nullptr;
}

const catalog::event_place* catalog::find_event(std::string_view name) const { return find_in(events_, name); }

const catalog::event_place* catalog::find_event(std::type_index type) const { return find_in(events_by_type_, type); }

const aggregate_type* catalog::find_aggregate(std::string_view category) const {
  const auto* found = find_in(aggregates_, category);
  return found ? *found : nullptr;
}

const aggregate_type* aggregate_of(std::string_view stream, const catalog::event_place& event) {
  for (const auto& aggregate : event.of->aggregates) {
    if (aggregate->category == category_of(stream)) return aggregate->evolve[event.index] ? aggregate.get() : nullptr;
  }
  return nullptr;
}

const projection_type* catalog::find_personal_view(view_tag view) const {
  const auto* found = find_in(personal_views_, view);
  return found ? *found : nullptr;
}

bool catalog::is_personal() const {
  return std::any_of(domains_.begin(), domains_.end(), [](const domain& one) { return one.personal; });
}

const schema::structure* catalog::find_refusal(std::type_index type) const {
  for (const domain& one : domains_) {
    if (const auto* found = find_in(one.refusals, type)) return *found;
  }
  return nullptr;
}

}  // namespace weir
