#include "openapi/operation.hpp"

#include <stdexcept>

#include "openapi/prose.hpp"

namespace weir::openapi {
namespace {

json parameter(std::string_view in, std::string_view name, bool required, std::string_view description, json schema) {
  json made = {{"name", name}, {"in", in}};
  if (required) made["required"] = true;
  if (!description.empty()) made["description"] = description;
  made["schema"] = std::move(schema);
  return made;
}

}  // namespace

json path_parameter(std::string_view name, std::string_view description, json schema) {
  return parameter("path", name, true, description, std::move(schema));
}

json query_parameter(std::string_view name, bool required, std::string_view description, json schema) {
  return parameter("query", name, required, description, std::move(schema));
}

json answer(std::string_view description, std::string_view media_type, json schema, json headers) {
  json made = {{"description", description}};
  if (!headers.empty()) made["headers"] = std::move(headers);
  made["content"][std::string(media_type)]["schema"] = std::move(schema);
  return made;
}

void paths::add(std::string_view path, std::string_view method, operation what) {
  json& place = all_[std::string(path)][std::string(method)];
  if (!place.is_null()) throw std::logic_error("two operations for " + std::string(method) + " " + std::string(path));
  if (!ids_.emplace(what.id, path).second) {
    what.id = what.tag + capitalized(what.id);
    if (!ids_.emplace(what.id, path).second) throw std::logic_error("two operations are called " + what.id);
  }
  place = {{"operationId", what.id}, {"tags", json::array({what.tag})}, {"summary", what.summary}};
  if (!what.description.empty()) place["description"] = what.description;
  if (!what.parameters.empty()) place["parameters"] = std::move(what.parameters);
  if (!what.request_body.is_null()) place["requestBody"] = std::move(what.request_body);
  if (what.open) place["security"] = json::array();
  for (auto& [status, response] : what.responses) place["responses"][std::to_string(status)] = std::move(response);
}

}  // namespace weir::openapi
