#include "schema/schema.hpp"

#include <algorithm>

namespace weir::schema {
namespace {

template <class Things, class Matches>
auto* find_in(const Things& things, Matches matches) {
  const auto found = std::find_if(things.begin(), things.end(), matches);
  return found == things.end() ? nullptr : &*found;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool rules::any() const {
  return !patterns.empty() || day || min_length || max_length || minimum || maximum || min_items || max_items;
}

bool names_members(const type& key) {
  switch (key.is) {
    case kind::i8:
    case kind::i16:
    case kind::i32:
    case kind::i64:
    case kind::string:
    case kind::enumeration:
      return true;
    default:
      return false;
  }
}

const enumeration::member* enumeration::find(std::string_view member_name) const {
  return find_in(members, [&](const member& m) { return m.name == member_name; });
}

const enumeration::member* enumeration::find(std::int32_t value) const {
  return find_in(members, [&](const member& m) { return m.value == value; });
}

const enumeration::member* enumeration::find_former(std::string_view member_name) const {
  return find_in(members, [&](const member& m) { return holds(m.former_names, member_name); });
}

const field* structure::find_former(std::string_view field_name) const {
  return find_in(fields, [&](const field& f) { return holds(f.former_names, field_name); });
}

const field* structure::find(std::string_view field_name) const {
  return find_in(fields, [&](const field& f) { return f.name == field_name; });
}

const field* structure::find(std::int16_t id) const {
  // Most structs number their fields 1, 2, 3, ...
  const auto guess = static_cast<std::size_t>(id) - 1;
  if (guess < fields.size() && fields[guess].id == id) return &fields[guess];
  const auto found = std::lower_bound(fields.begin(), fields.end(), id,
                                      [](const field& f, std::int16_t wanted) { return f.id < wanted; });
  return found != fields.end() && found->id == id ? &*found : nullptr;
}

const method* service::find(std::string_view method_name) const {
  return find_in(methods, [&](const method& m) { return m.name == method_name; });
}

const structure* idl::find(std::string_view structure_name) const {
  const auto found = by_name_.find(structure_name);
  return found == by_name_.end() ? nullptr : found->second;
}

const field* idl::command_of(const structure& shape) const {
  return commands() ? find_in(commands()->fields, [&](const field& f) { return f.type.shape == &shape; }) : nullptr;
}

bool idl::is_query(const method& of) const { return of.query && of.query != commands() && !command_of(*of.query); }

}  // namespace weir::schema
