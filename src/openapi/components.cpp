#include "openapi/components.hpp"

namespace weir::openapi {

json components::refer(std::string_view section, std::string_view name, const std::function<json()>& make) {
  auto& of_section = sections_[std::string(section)];
  if (of_section.try_emplace(std::string(name)).second) {
    json made = make();
    of_section[std::string(name)] = std::move(made);
  }
  return {{"$ref", "#/components/" + std::string(section) + "/" + std::string(name)}};
}

json components::all() const {
  json all = json::object();
  for (const auto& [section, made] : sections_) {
    for (const auto& [name, component] : made) all[section][name] = component;
  }
  return all;
}

}  // namespace weir::openapi
